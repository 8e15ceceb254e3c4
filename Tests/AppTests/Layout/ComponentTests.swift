import Core
import Foundation
import Markup
import Testing
import Web
import Wire

@testable import App

@Suite struct ComponentTests {
    @Test(arguments: [
        (Money(minorUnits: 123_450, .usd), "$1,234.50", "$1,234.50"),
        (Money(minorUnits: 2_900, .usd), "$29.00", "$29"),
        (Money(minorUnits: 500, .eur), "€5.00", "€5"),
        (Money(minorUnits: -1, .usd), "−$0.01", "−$0.01"),
        (Money(minorUnits: 1_234_567, .jpy), "¥1,234,567", "¥1,234,567"),
        (Money(minorUnits: 1_250, .kwd), "1.250 KWD", "1.250 KWD"),
        (Money(minorUnits: 2_000, .kwd), "2.000 KWD", "2 KWD"),
        (Money.zero(.usd), "$0.00", "$0"),
    ])
    func `an amount is shown as people write it`(money: Money, text: String, tag: String) {
        #expect(money.label == text)
        #expect(money.priceTag == tag)
    }

    @Test func `a moment tells machines the exact time`() {
        let moment = Moment(Date(timeIntervalSince1970: 1_795_162_265)).body.render()
        #expect(moment.contains("datetime=\"2026-11-20T08:11:05Z\""))
        #expect(moment.contains("title=\"20 Nov 2026, 08:11:05 UTC\""))
        #expect(moment.contains(">20 Nov 2026, 08:11</time>"))
    }

    @Test func `a field keeps what was typed and says what is wrong with it`() {
        let errors = FormErrors(
            typed: FormFields([FormFields.Field("city", "<Bonn>")]),
            messages: ["city": "Enter at most 3 characters."]
        )
        let field = FormField("City", "city", errors, .maxlength(3)).body.render()
        #expect(field.contains("value=\"&lt;Bonn&gt;\""))
        #expect(field.contains("aria-invalid=\"true\""))
        #expect(field.contains("aria-describedby=\"field-city-error\""))
        #expect(field.contains("id=\"field-city-error\""))
        #expect(field.contains("<label for=\"field-city\">"))
        #expect(field.contains("maxlength=\"3\""))
    }

    @Test func `a password is never shown again`() {
        let errors = FormErrors(values: ["password": "secret"])
        let field = FormField("Password", "password", errors, .input(type: "password"))
        #expect(!field.body.render().contains("secret"))
    }

    @Test func `each cell carries its column's name for narrow screens`() {
        let table = DataTable(
            "Things",
            ["Name", .number("Price"), .actions],
            [
                DataTable.Row {
                    "One"
                    Amount(Money(minorUnits: 100, .usd))
                    "Go"
                }
            ]
        )
        let html = table.body.render()
        #expect(html.contains("data-label=\"Name\""))
        #expect(html.contains("data-label=\"Price\""))
        #expect(html.contains("scope=\"col\""))
        #expect(html.contains("<caption"))
    }

    @Test func `a quota that is used up says so in figures and tone`() {
        #expect(QuotaBar("Domains", used: 5, of: 5).body.render().contains("is-failure"))
        #expect(QuotaBar("Domains", used: 4, of: 5).body.render().contains("is-warning"))
        #expect(QuotaBar("Domains", used: 1, of: nil).body.render().contains("1, unlimited"))
    }

    @Test func `an error page names the request and nothing internal`() {
        let view = ErrorView(
            problem: .internal,
            requestID: "req_1",
            start: MarketingRoutes.home,
            supportEmail: "help@example.com"
        ).body.render()
        #expect(view.contains("data-copy=\"req_1\""))
        #expect(view.contains("href=\"mailto:help@example.com\""))
        #expect(view.contains("<h1>Something went wrong on our side</h1>"))
    }
}
