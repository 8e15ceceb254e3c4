import Markup
import Testing

@Test(arguments: [
    ("<script>", "&lt;script&gt;"), ("a & b", "a &amp; b"), ("\"x\"", "&quot;x&quot;"),
    ("it's", "it&#39;s"), ("&amp;", "&amp;amp;"), ("plain", "plain"), ("ü 漢 🙂", "ü 漢 🙂"),
    ("a\u{0}b", "a\u{FFFD}b"), ("line\nbreak\ttab", "line\nbreak\ttab"), ("]]>", "]]&gt;"),
])
func `text is shown as it was written, whatever it contains`(text: String, markup: String) {
    #expect(p { text }.render() == "<p>\(markup)</p>")
    #expect(span(.title(text)).render() == "<span title=\"\(markup)\"></span>")
}

@Test(arguments: [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)", "java\tscript\r:alert(1)", "javascript\u{0}:alert(1)",
    "data:text/html,<script>", "vbscript:x", "VBSCRIPT :x", "file:///etc/passwd", "blob:x",
    "\u{200B}javascript:alert(1)", ":x",
])
func `an address that could run something leads nowhere`(address: String) {
    #expect(a(.href(address)).render() == "<a href=\"#\"></a>")
    #expect(img(.src(address)).render() == "<img src=\"#\">")
    #expect(form(to: address, token: "t") {}.render().contains("action=\"#\""))
    #expect(button(.formaction(address)).render() == "<button formaction=\"#\"></button>")
    #expect(svg { use(.attribute("href", address)) }.render().contains("href=\"#\""))
}

@Test(arguments: [
    "/invoices", "/a?b=c:d", "#top", "", "https://example.com/?a=1", "HTTP://example.com",
    "mailto:a@example.com", "tel:+41441234567", "?page=2", "a/b:c", "//cdn.example.com",
])
func `an ordinary address stays`(address: String) {
    #expect(a(.href(address)).render() == "<a href=\"\(address)\"></a>")
}

@Test func `an ampersand in an address is escaped`() {
    #expect(a(.href("/?a=1&b='2'")).render() == "<a href=\"/?a=1&amp;b=&#39;2&#39;\"></a>")
}

@Test func `a line break at the start of a text field survives the parser`() {
    #expect(textarea { "\nnote" }.render() == "<textarea>\n\nnote</textarea>")
    #expect(textarea { "note" }.render() == "<textarea>note</textarea>")
}
