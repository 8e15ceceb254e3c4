import Markup
import Testing

@Test func `a view is written as statements`() {
    let page = HTML {
        h1 { "Invoices" }
        if [Int]().isEmpty { p { "None." } } else { p { "Some." } }
        for number in 1...2 { li { String(number) } }
        if let note = Optional("paid") { em { note } }
        Optional<HTML>.none
        [b { "x" }, i { "y" }]
        Badge(text: "<new>")
    }
    #expect(
        page.render()
            == "<h1>Invoices</h1><p>None.</p><li>1</li><li>2</li><em>paid</em><b>x</b><i>y</i>"
            + "<mark>&lt;new&gt;</mark>"
    )
}

private struct Badge: View {
    let text: String
    var body: HTML { mark { text } }
}

@Test func `classes are joined and other attributes stand once`() {
    let item = li(
        .classes("row", "", "wide"),
        .id("one"),
        .when(true, .classes("active")),
        .id("two"),
        .when(false, .hidden)
    )
    #expect(item.render() == "<li class=\"row wide active\" id=\"one\"></li>")
}

@Test func `attributes without a value stand alone`() {
    let field = input(.type("checkbox"), .checked, .aria("label", "Yes"), .data("id", "7"))
    #expect(
        field.render() == "<input type=\"checkbox\" checked aria-label=\"Yes\" data-id=\"7\">"
    )
}

@Test func `a form that changes something carries the token`() {
    let view = form(to: "/pay", token: "t'k", .id("pay")) { button { "Pay" } }
    #expect(
        view.render()
            == "<form action=\"/pay\" method=\"post\" id=\"pay\">"
            + "<input type=\"hidden\" name=\"csrf\" value=\"t&#39;k\"><button>Pay</button></form>"
    )
}

@Test func `a form that asks has no token`() {
    let view = form(get: "/search") { input(.name("q")) }
    #expect(
        view.render() == "<form action=\"/search\" method=\"get\"><input name=\"q\"></form>"
    )
}

@Test func `a document starts with its type`() {
    let page = html(.lang("en")) {
        head { title { "Home" } }
        documentBody { main { "Hello" } }
    }
    #expect(
        page.render()
            == "<!doctype html><html lang=\"en\"><head><title>Home</title></head>"
            + "<body><main>Hello</main></body></html>"
    )
}

@Test(arguments: [(1.0, "1"), (-0.5, "-0.5"), (2.005, "2.01"), (0.04, "0.04"), (-3.1, "-3.1")])
func `coordinates are written with a point`(value: Double, text: String) {
    #expect(rect(.x(value)).render() == "<rect x=\"\(text)\"></rect>")
}

@Test func `numbers that are none become zero`() {
    #expect(Attribute.number(.nan) == "0")
    #expect(Attribute.number(.infinity) == "0")
}

@Test func `trusted markup stands as it is`() {
    #expect(HTML.trusted("<b>&nbsp;</b>").render() == "<b>&nbsp;</b>")
}

@Test func `equal pages are equal values`() {
    #expect(p { "a" } == p { "a" })
    #expect(p { "a" } != p(.id("x")) { "a" })
    #expect(HTML.empty.isEmpty)
    #expect(!br().isEmpty)
}

@Test func `scripts in attributes are refused`() async {
    await #expect(processExitsWith: .failure) {
        _ = Attribute.attribute("onclick", "alert(1)")
    }
}

@Test func `a page can be printed one block a line`() {
    let page = HTML {
        h1 { "Invoices" }
        div(.id("list")) {
            "Total: "
            strong { "9" }
            ul {
                li { a(.href("/1")) { "One" } }
                li {}
            }
        }
        HTML.empty
    }
    #expect(
        page.indented == """
            <h1>Invoices</h1>
            <div id="list">
              Total: <strong>9</strong>
              <ul>
                <li><a href="/1">One</a></li>
                <li></li>
              </ul>
            </div>

            """
    )
}
