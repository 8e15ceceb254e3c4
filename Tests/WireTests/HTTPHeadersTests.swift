import Testing
import Wire

@Suite struct HTTPHeadersTests {
    @Test func `names compare without regard to case and keep their spelling`() {
        let headers: HTTPHeaders = ["Content-Type": "text/html", "X-Ünï": "1"]
        #expect(headers["content-type"] == "text/html")
        #expect(headers["CONTENT-TYPE"] == "text/html")
        #expect(headers["Content-Typ"] == nil)
        #expect(headers["Content-Type "] == nil)
        #expect(headers.fields.first?.name == "Content-Type")
    }

    @Test func `only letters have a case`() {
        let headers: HTTPHeaders = ["A[": "1"]
        #expect(headers["a["] == "1")
        #expect(headers["A{"] == nil)
    }

    @Test func `a name may have several values, in order`() {
        var headers = HTTPHeaders()
        headers.append("Set-Cookie", "a=1")
        headers.append("X", "y")
        headers.append("set-cookie", "b=2")
        #expect(headers["Set-Cookie"] == "a=1")
        #expect(headers.all("SET-COOKIE") == ["a=1", "b=2"])
        #expect(headers.all("none").isEmpty)
    }

    @Test func `assigning replaces all values and nil removes them`() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3"]
        headers["A"] = "4"
        #expect(headers.all("a") == ["4"])
        headers["a"] = nil
        #expect(headers["A"] == nil)
        #expect(headers.fields.map(\.name) == ["B"])
    }

    @Test(arguments: [
        ("a\r\nSet-Cookie: x", "a  Set-Cookie: x"), ("a\nb", "a b"), ("a\rb", "a b"),
        ("a\u{0}b", "a b"), ("tab\tand é stay", "tab\tand é stay"),
    ])
    func `a value cannot begin another field`(value: String, kept: String) {
        var headers: HTTPHeaders = ["A": value]
        headers["B"] = value
        #expect(headers["A"] == kept)
        #expect(headers["B"] == kept)
    }
}
