import Foundation
import Support
import Testing
import Web
import Wire

@Test func `a cursor comes back as it was made`() {
    let cursor = Cursor(list: "orders", keys: ["2026", "note_ü\"1"])
    #expect(Cursor(cursor.text, list: "orders", keys: 2) == cursor)
}

@Test func `a cursor that was changed anywhere is refused`() {
    let text = Cursor(list: "orders", keys: ["2026", "note_1"]).text
    for index in text.indices {
        var changed = text
        let other: Character = text[index] == "A" ? "B" : "A"
        changed.replaceSubrange(index...index, with: [other])
        #expect(Cursor(changed, list: "orders", keys: 2) == nil)
        changed.remove(at: index)
        #expect(Cursor(changed, list: "orders", keys: 2) == nil)
    }
}

@Test func `a cursor of another list or order is refused`() {
    let text = Cursor(list: "orders", keys: ["1", "2"]).text
    #expect(Cursor(text, list: "invoices", keys: 2) == nil)
    #expect(Cursor(text, list: "orders", keys: 1) == nil)
    #expect(Cursor(text, list: "orders", keys: 3) == nil)
}

@Test(arguments: ["", "=", "AAAA", "AAAAAAAA", "%", String(repeating: "A", count: 2_000), "ü"])
func `what is no cursor is refused`(text: String) {
    #expect(Cursor(text, list: "orders", keys: 1) == nil)
}

@Test func `a moment in a cursor keeps its microseconds`() throws {
    let date = Date(timeIntervalSince1970: 1_795_162_260.123456).wholeMicroseconds
    #expect(date.cursorKey == "1795162260123456")
    #expect(Date(cursorKey: date.cursorKey)?.cursorKey == date.cursorKey)
    #expect(Date(cursorKey: "9223372036854775807") == nil)
    #expect(Date(cursorKey: "-9223372036854775808") == nil)
    #expect(Date(cursorKey: "x") == nil)
}
