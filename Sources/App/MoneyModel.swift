package import Core
package import Web

/// Money as the API writes it: `{"amount": 9900, "currency": "USD"}`.
package struct MoneyBody: APIModel {
    package let amount: Int64
    package let currency: String

    package static let model = Model(
        "money",
        "An amount in the smallest unit of its currency.",
        MoneyBody.init,
        Field("amount", \.amount, "Minor units: 9900 is 99.00 in US dollars."),
        Field("currency", \.currency, "ISO 4217 code.", .length(3...3)),
    )

    init(amount: Int64, currency: String) {
        self.amount = amount
        self.currency = currency
    }

    package init(_ money: Money) {
        self.init(amount: money.minorUnits, currency: money.currency.code)
    }
}

extension BillingCycle: APIEnum {}
extension DomainAction: APIEnum {}
extension OrderStatus: APIEnum {}
extension StepName: APIEnum {}
extension StepStatus: APIEnum {}
extension LicenseStatus: APIEnum {}
extension LicensedResource: APIEnum {}
extension Role: APIEnum {}
extension InvoiceRecord.Status: APIEnum {}
extension PaymentRecord.Status: APIEnum {}
