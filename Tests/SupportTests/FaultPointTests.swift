import Foundation
import Support
import Testing

@Suite struct FaultPointTests {
    @Test(arguments: [
        nil, "", ":", "::2", "other", "other:1", "point:5", "point:0", "point:-1", "Point",
    ])
    func `a point that is not armed does nothing`(armed: String?) {
        let points = FaultPoints(armed: armed)
        for _ in 0..<4 { points.reach("point") }
    }

    @Test func `an armed point kills the process`() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            FaultPoints(armed: "point").reach("point")
        }
    }

    @Test func `a count kills at that turn and not before`() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let points = FaultPoints(armed: "point:3")
            for _ in 0..<3 { points.reach("point") }
        }
        await #expect(processExitsWith: .success) {
            let points = FaultPoints(armed: "point:3")
            points.reach("other")
            for _ in 0..<2 { points.reach("point") }
        }
    }
}
