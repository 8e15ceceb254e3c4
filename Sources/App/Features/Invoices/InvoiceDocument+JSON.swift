import Core
import Support
import Wire

extension InvoiceDocument {
    /// The document for programs, in the manner of the API.
    var json: JSON {
        [
            "kind": .string(kind.rawValue), "number": .string(number),
            "issued_at": .string(issuedAt.rfc3339), "due_at": JSON(dueAt?.rfc3339),
            "currency": .string(total.currency.code),
            "seller": seller.json, "buyer": buyer.json,
            "lines": .array(lines.map(\.json)),
            "subtotal": .integer(subtotal.minorUnits), "discount": .integer(discount.minorUnits),
            "taxes": .array(
                taxes.map {
                    [
                        "label": .string($0.label), "rate": JSON($0.rate),
                        "base": $0.base.map { .integer($0.minorUnits) } ?? .null,
                        "amount": .integer($0.amount.minorUnits),
                    ]
                }
            ),
            "tax_inclusive": .bool(isTaxInclusive),
            "carried_to_credit": .integer(carried?.minorUnits ?? 0),
            "total": .integer(total.minorUnits), "amount_paid": .integer(paid.minorUnits),
            "paid_from_credit": .integer(paidByCredit.minorUnits),
            "amount_due": .integer(due.minorUnits), "notes": .array(notes.map { .string($0) }),
            "tax_reasons": .array(taxReasons.map { .string($0) }),
        ]
    }
}

extension InvoiceDocument.Line {
    fileprivate var json: JSON {
        [
            "description": .string(description), "quantity": .integer(quantity),
            "unit_price": .integer(unitPrice.minorUnits),
            "discount": .integer(discount.minorUnits), "tax": .integer(tax.minorUnits),
            "amount": .integer(amount.minorUnits), "period_start": JSON(periodStart?.rfc3339),
            "period_end": JSON(periodEnd?.rfc3339), "explanation": JSON(explanation),
        ]
    }
}

extension Party {
    fileprivate var json: JSON {
        [
            "name": .string(name), "company": JSON(company), "email": .string(email),
            "tax_id": JSON(taxID), "address": .array(address.map { .string($0) }),
        ]
    }
}

extension JSON {
    fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }
}
