import HTTPServer
import Support
import Testing
import Web
import Wire

@Test func `a route answers with its parameters`() async throws {
    let router = try sampleRouter()
    #expect(await router.answer("GET", "/").text == "home")
    #expect(await router.answer("GET", "/notes/new").text == "new")
    let note = await router.answer("GET", "/notes/note_a%20b")
    #expect(note.text == "<p><a href=\"/notes/note_a%20b\">note_a b</a></p>")
    #expect(note.headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(await router.answer("GET", "/notes/note_1/lines/7").text == "note_1 7")
    #expect(await router.answer("GET", "/health").text == "{\"ok\":true}")
}
