import Support
import Testing

@Suite struct SecretTests {
    private struct Settings {
        let name = "stripe"
        let key = Secret("sk_live_1234")
    }

    @Test func `a secret prints dots, however it is printed`() {
        let secret = Secret("sk_live_1234")
        var dumped = ""
        dump(Settings(), to: &dumped)
        let texts = [
            "\(secret)", "\(Settings())", String(describing: secret), String(reflecting: secret),
            String(reflecting: Settings()), "\([secret])", "\(["k": secret])",
            "\(Optional(secret) as Any)", dumped,
        ]
        for text in texts {
            #expect(!text.contains("1234"))
            #expect(text.contains("•••"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `a secret can be read and compared on purpose`() {
        #expect(Secret("a").exposed == "a")
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }
}
