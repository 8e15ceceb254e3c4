import Markup
import Testing

@Test func `paragraphs are separated and links carry their address`() {
    let mail = HTML {
        h1 { "Your invoice" }
        p {
            "Dear   Ms\nMüller, "
            strong { "thank you" }
            "."
        }
        p {
            a(.href("https://example.com/i/1")) { "Pay now" }
            " or write to "
            a(.href("mailto:help@example.com")) { "help@example.com" }
        }
    }
    #expect(
        mail.plainText == """
            Your invoice

            Dear Ms Müller, thank you.

            Pay now: https://example.com/i/1 or write to help@example.com
            """
    )
}

@Test func `lists get dashes and numbers`() {
    let mail = HTML {
        p { "Next:" }
        ol {
            li { "First" }
            li {
                "Second"
                ul {
                    li { "inner" }
                    li { "other" }
                }
            }
        }
        p { "Done." }
    }
    #expect(
        mail.plainText == """
            Next:

            1. First
            2. Second
               - inner
               - other

            Done.
            """
    )
}

@Test func `rows of a table are lines with aligned columns`() {
    let mail = HTML {
        table {
            thead {
                tr {
                    th { "Item" }
                    th { "Amount" }
                }
            }
            tbody {
                tr {
                    td { "Hosting Starter" }
                    td { "29.00" }
                }
                tr {
                    td { "Domain" }
                    td {
                        "12"
                        br()
                        "gross"
                    }
                }
            }
        }
    }
    #expect(
        mail.plainText == """
            Item             Amount
            Hosting Starter  29.00
            Domain           12 gross
            """
    )
}

@Test func `what is hidden or drawn is left out`() {
    let page = html {
        head { title { "Title" } }
        documentBody {
            svg { svgText { "drawn" } }
            span(.decorative) { "★" }
            div(.hidden) { "hidden" }
            div { "shown" }
            img(.src("/logo.png"), .alt("Logo"))
            HTML.trusted("<b>a&nbsp;&amp;&nbsp;b</b>")
        }
    }
    #expect(page.plainText == "shown\nLogoa & b")
}

@Test func `line breaks, rules and quoted text`() {
    let mail = HTML {
        div {
            "one"
            br()
            "two"
        }
        hr()
        blockquote { p { "said" } }
        pre { "a\n  b" }
        a(.href("#top")) { "Up" }
    }
    #expect(mail.plainText == "one\ntwo\n\n---\n\n> said\n\na\n  b\n\nUp")
}
