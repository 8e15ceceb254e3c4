import Core
import Testing

@Suite struct LoginPauseTests {
    @Test func `the first tries are free, then the wait doubles up to its cap`() {
        let pause = LoginPause(freeTries: 3, capSeconds: 60)
        #expect((0..<3).allSatisfy { pause.seconds(after: $0) == 0 })
        #expect((3..<10).map { pause.seconds(after: $0) } == [1, 2, 4, 8, 16, 32, 60])
        #expect(pause.seconds(after: .max) == 60)
    }
}
