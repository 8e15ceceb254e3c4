import Core
import Testing

@Suite struct CouponCodeTests {
    @Test(arguments: [
        ("welcome", "WELCOME"), (" Spring-2026 ", "SPRING-2026"), ("A1", "A1"), ("a_b", "A_B"),
        ("0-X", "0-X"),
    ])
    func `a code is one however it is typed`(typed: String, text: String) {
        #expect(CouponCode(typed)?.text == text)
    }

    @Test(arguments: [
        "", "A", "-AB", "_AB", "A B", "ÄPFEL", "ﬁve", "A'; --", "A\u{0}B", "AB\n",
        String(repeating: "A", count: 41),
    ])
    func `anything else is none`(typed: String) {
        #expect(CouponCode(typed) == nil)
    }
}
