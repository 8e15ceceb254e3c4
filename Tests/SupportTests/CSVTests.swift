import Support
import Testing

@Suite struct CSVTests {
    @Test(
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("-12.50", "-12.50"), ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"), ("@cmd", "'@cmd"), ("-", "'-"), ("-x", "'-x"),
            ("\t=1", "'\t=1"), ("Zoë", "Zoë"),
            // A mark that joins the character before it hides nothing.
            ("=\u{301}1", "'=\u{301}1"), ("a,\u{301}b", "\"a,\u{301}b\""),
            ("\"\u{301}", "\"\"\"\u{301}\""),
            ("a,\"\u{301},=1", "\"a,\"\"\u{301},=1\""), ("\r\n=1", "\"'\r\n=1\""),
        ]
    )
    func `a cell is quoted where it must be, and no formula`(_ text: String, _ written: String) {
        #expect(CSV.line([text]) == written + "\r\n")
    }

    @Test func `cells are parted by commas and lines by CR LF`() {
        #expect(CSV.line(["a", "b"]) + CSV.line(["1", "2"]) == "a,b\r\n1,2\r\n")
    }
}
