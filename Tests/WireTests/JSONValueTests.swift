import Testing
import Wire

@Suite struct JSONValueTests {
    private let value: JSON = [
        "text": "a", "count": 7, "flag": true, "nothing": nil, "list": [1, 2], "nested": ["x": "y"],
    ]

    @Test func `members are found by name and elements by index`() {
        #expect(value["text"]?.string == "a")
        #expect(value["count"]?.integer == 7)
        #expect(value["flag"]?.bool == true)
        #expect(value["nothing"]?.isNull == true)
        #expect(value["list"]?[1] == 2)
        #expect(value["list"]?.array?.count == 2)
        #expect(value["nested"]?["x"]?.string == "y")
        #expect(
            value.members?.map(\.name) == ["text", "count", "flag", "nothing", "list", "nested"]
        )
    }

    @Test func `what is not there or of another kind is nil`() {
        #expect(value["absent"] == nil)
        #expect(value["text"]?["x"] == nil)
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["text"]?.integer == nil)
        #expect(value["count"]?.string == nil)
        #expect(value["count"]?.bool == nil)
        #expect(JSON.number(1).integer == nil)
        #expect(value.array == nil)
        #expect(value["list"]?.members == nil)
    }

    @Test func `setting a member keeps its place or adds it at the end`() {
        let value: JSON = ["a": 1, "b": 2]
        #expect(value.setting("a", 3).text == #"{"a":3,"b":2}"#)
        #expect(value.setting("c", 3).text == #"{"a":1,"b":2,"c":3}"#)
        #expect(JSON.null.setting("a", 1).text == #"{"a":1}"#)
    }
}
