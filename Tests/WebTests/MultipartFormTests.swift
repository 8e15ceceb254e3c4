import HTTPServer
import Testing
import Wire

@testable import Web

@Suite struct MultipartFormTests {
    private static let type = "multipart/form-data; boundary=----b0undary"

    private func read(_ text: String, type: String = type) -> MultipartForm? {
        MultipartForm(
            parsing: Array(text.replacing("\n", with: "\r\n").utf8),
            contentType: type
        )
    }

    @Test func `a form of a browser is read, with its file`() throws {
        let form = try #require(
            read(
                """
                ------b0undary
                Content-Disposition: form-data; name="csrf"

                abc
                ------b0undary
                Content-Disposition: form-data; name="logo"; filename="a \\"b\\"; c.png"
                Content-Type: image/png

                1
                --2
                ------b0undary
                Content-Disposition: form-data; name="empty"


                ------b0undary--

                """
            )
        )
        #expect(form.fields.fields == [.init("csrf", "abc"), .init("empty", "")])
        let file = try #require(form.file("logo"))
        #expect(file.name == "a \"b\"; c.png")
        #expect(file.bytes == Array("1\r\n--2".utf8))
        #expect(form.file("csrf") == nil)
    }

    @Test(arguments: [
        "", "------b0undary", "------b0undary--x", "opening\n------b0undary--",
        "------b0undary\n\nno head\n------b0undary--",
        "------b0undary\nContent-Disposition: form-data\n\nno name\n------b0undary--",
        "------b0undary\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\n\nx\n"
            + "------b0undary--",
        "------b0undary\nContent-Disposition: attachment; name=\"a\"\n\nx\n------b0undary--",
        "------b0undary\nContent-Disposition: form-data; name=\"a\"\n\nno end",
        "------b0undary\nContent-Disposition: form-data; name=\"a\"\n\nx\n------b0undary+\n",
        "------b0undary\nX: 1\n folded: 2\nContent-Disposition: form-data; name=\"a\"\n\nx\n"
            + "------b0undary--",
    ])
    func `what no browser sends is refused`(text: String) {
        #expect(read(text) == nil)
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a b\"",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
    ])
    func `a boundary must be one`(type: String) {
        let text = "--a\nContent-Disposition: form-data; name=\"x\"\n\n1\n--a--"
        #expect(read(text, type: type) == nil)
        #expect(read(text, type: "multipart/form-data; boundary=\"a\"") != nil)
    }

    @Test func `parts and their heads have bounds`() {
        let part = "--a\nContent-Disposition: form-data; name=\"x\"\n\n1\n"
        let type = "multipart/form-data; boundary=a"
        let most = MultipartForm.mostParts
        #expect(read(String(repeating: part, count: most) + "--a--", type: type) != nil)
        #expect(read(String(repeating: part, count: most + 1) + "--a--", type: type) == nil)
        let long = String(repeating: "x", count: MultipartForm.mostHeadBytes)
        let head = "--a\nX: \(long)\nContent-Disposition: form-data; name=\"x\"\n\n1\n--a--"
        #expect(read(head, type: type) == nil)
    }

    @Test(arguments: UInt64(1)...40)
    func `what is written is read as the same, and a broken copy breaks nothing`(seed: UInt64) {
        var numbers = SplitMix(state: seed)
        func text(_ most: Int) -> String {
            let letters = Array("ab\"\\;= =-é\u{301}😀")
            return String(
                (0..<Int.random(in: 0...most, using: &numbers)).map { _ in
                    letters.randomElement(using: &numbers) ?? "a"
                }
            )
        }
        func bytes(_ most: Int) -> [UInt8] {
            let some: [UInt8] = [13, 10, 45, 97, 0, 255]
            return (0..<Int.random(in: 0...most, using: &numbers)).map { _ in
                some.randomElement(using: &numbers) ?? 0
            }
        }
        let form = MultipartForm(
            fields: FormFields((0..<3).map { _ in .init(text(8), text(30)) }),
            files: (0..<2).map { _ in
                .init(field: text(5), name: text(9), bytes: bytes(300))
            }
        )
        guard var encoded = form.encoded(boundary: "Q9z") else {
            Issue.record("it was not read as it was written")
            return
        }
        let type = "multipart/form-data; boundary=Q9z"
        #expect(MultipartForm(parsing: encoded, contentType: type) == form)
        for _ in 0..<50 {
            let place = Int.random(in: 0..<encoded.count, using: &numbers)
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: encoded[place] = UInt8.random(in: 0...255, using: &numbers)
            case 1: encoded.remove(at: place)
            default: encoded.insert(encoded[encoded.count - 1 - place], at: place)
            }
            let read = MultipartForm(parsing: encoded, contentType: type)
            let size = read?.files.map(\.bytes.count).reduce(0, +) ?? 0
            #expect(size <= encoded.count)
        }
    }
}

/// Numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
