import Core
import Testing

@Suite struct PasswordRulesTests {
    @Test(arguments: ["correct horse battery", "x7!k2@pQ", "пароль-длинный", "🐎🔋📎🎈🌂🧊🪁🧭"])
    func `a password that is hard to guess is accepted`(_ password: String) {
        #expect(PasswordRules.fault(in: password, email: "ann@example.org") == nil)
    }

    @Test(arguments: [
        ("1234567", PasswordRules.Fault.tooShort),
        (String(repeating: "long ", count: 26), .tooLong),
        ("password123", .tooCommon), ("PassWord123", .tooCommon), ("abababababab", .tooCommon),
        ("Ann.Example@example.org", .sameAsEmail), ("ann.example", .sameAsEmail),
    ])
    func `a password that is easy to guess is refused`(
        _ password: String,
        _ fault: PasswordRules.Fault
    ) {
        #expect(PasswordRules.fault(in: password, email: "ann.example@example.org") == fault)
    }

    @Test func `the same letters written in two ways are one password`() {
        #expect(
            Array(PasswordRules.canonical("caf\u{65}\u{301}").utf8)
                == Array(PasswordRules.canonical("caf\u{E9}").utf8)
        )
    }
}
