import HTTPServer
import Support
import Testing
import Web
import Wire

private func reader(_ text: String) -> FormReader {
    FormReader(FormFields(parsing: text) ?? FormFields())
}

@Test func `a form that is filled in gives its values`() throws {
    var form = reader("name=+Ada+&years=3&colour=green&company=&note=note_1&agree=on&tag=a&tag=b")
    let name = form.text("name")
    let years = form.integer("years", 1...10)
    let colour = form.choice("colour", Colour.self)
    let company = form.optional("company")
    let note = form.parse("note", "Enter an id.") { NoteID(apiString: $0) }
    let other = form.parseOptional("other", "Enter an id.") { NoteID(apiString: $0) }
    let values = try form.values(name, years, colour, note)
    #expect(values.0 == "Ada" && values.1 == 3 && values.2 == .green && values.3.text == "note_1")
    #expect(company == nil && other == nil)
    #expect(form.flag("agree") && !form.flag("other"))
    #expect(form.all("tag") == ["a", "b"])
    try form.check()
}

@Test func `a field that is read where its value is asked for is told of, too`() throws {
    var form = reader("name=")
    let errors = #expect(throws: FormErrors.self) { try form.values(form.text("name")) }
    #expect(errors?.messages.keys.sorted() == ["name"])
}

@Test func `all that is wrong with a form is told at once and what was typed is kept`() throws {
    var form = reader(
        "name=++&years=x&colour=blue&note=n&password=short&csrf=t&title=%01&city=" + "aaaaaaaaaaa"
    )
    let name = form.text("name")
    _ = form.integer("years", 1...10)
    _ = form.choice("colour", Colour.self)
    _ = form.parse("note", "Enter an id.") { NoteID(apiString: $0) }
    _ = form.password("password", length: 10...100)
    _ = form.text("title")
    _ = form.optional("city", length: 1...10)
    let errors = try #require(#expect(throws: FormErrors.self) { try form.values(name) })
    #expect(
        errors.messages == [
            "name": "Please fill this in.", "years": "Enter a whole number from 1 to 10.",
            "colour": "Choose one of the options.", "note": "Enter an id.",
            "password": "Enter at least 10 characters.",
            "title": "This has characters that cannot be used.",
            "city": "Enter at most 10 characters.",
        ]
    )
    #expect(errors.value("years") == "x")
    #expect(errors.value("password") == "")
    #expect(errors.value("csrf") == "")
    #expect(errors.contains("colour", "blue"))
    #expect(errors.problem.status == 422)
    #expect(errors.problem.errors.count == 7)
}

@Test func `a form shows what an operation refused`() {
    let typed = FormFields([.init("email", "a@b.example"), .init("password", "secret")])
    let field = FormErrors(.invalid("email", "taken", "is taken"), typed: typed)
    #expect(field.message("email") == "is taken")
    #expect(field.value("email") == "a@b.example")
    #expect(field.value("password") == "")
    let whole = FormErrors(.conflict("closed", "This is closed."), typed: typed)
    #expect(whole.message("") == "This is closed.")
}

@Test func `a refused form forgets the passwords it read`() {
    var form = reader("email=a&pin=1234")
    _ = form.password("pin")
    let errors = form.errors(.conflict("closed", "This is closed."))
    #expect(errors.message("") == "This is closed.")
    #expect(errors.value("pin") == "" && errors.value("email") == "a")
}

@Test func `a form can be shown with values to begin with`() {
    let form = FormErrors(values: ["name": "Ada"])
    #expect(form.isEmpty)
    #expect(form.value("name") == "Ada")
    #expect(FormErrors.none.value("name") == "")
}

@Test func `a page shows the form again`() async throws {
    let answer = await (try sampleRouter()).answer(
        "POST",
        "/notes",
        ["Content-Type": "application/x-www-form-urlencoded"],
        body: "title=%3Cmuch+too+long%3E&colour=red"
    )
    #expect(answer.status == 422)
    #expect(answer.text == "<p>&lt;much too long&gt;|Enter at most 10 characters.</p>")
}

@Test func `a check that is noted by hand counts`() {
    var form = reader("a=1")
    let value = form.text("a")
    form.fail("a", "Taken.")
    form.fail("a", "Second.")
    let errors = #expect(throws: FormErrors.self) { try form.values(value) }
    #expect(errors?.messages == ["a": "Taken."])
}

@Test func `one line is one line, and several lines end alike`() throws {
    var form = reader("subject=a%0D%0ABcc:+b&text=one%0D%0Atwo%09x&bad=%07")
    _ = form.text("subject")
    let text = form.lines("text")
    _ = form.lines("bad")
    #expect(text == "one\ntwo\tx")
    #expect(form.errors.messages.keys.sorted() == ["bad", "subject"])
}
