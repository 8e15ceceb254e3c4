import Foundation
import Support
import Wire

// Registering, transferring and renewing: what costs money.
extension RegistrarLedger {
    mutating func register(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let name = try RegistrarName(try call.text("domain-name"))
        let years = try years(call)
        let contacts = try contacts(call, for: name)
        let nameservers = try nameservers(call)
        guard !name.label.hasPrefix("taken"), order(of: name.full) == nil else {
            throw RegistrarError("Domain name \(name.full) is not available for Registration")
        }
        if name.label.hasPrefix("unknown") {
            throw RegistrarError("The registry of .\(name.ending) cannot be reached at present")
        }
        let cost = RegistrarPrices.cents(for: name.ending, years: years) ?? 0
        let order = try place(
            name,
            "AddNewDomain",
            years: years,
            cost: cost,
            contacts,
            nameservers,
            stage: name.label.hasPrefix("pending") ? .queued : .active,
            call
        )
        let what = "Registration of \(name.full) for \(years) year\(years == 1 ? "" : "s")"
        return reply(order, what, done: "Domain registration completed Successfully")
    }

    mutating func transfer(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let name = try RegistrarName(try call.text("domain-name"))
        let code = try call.text("auth-code")
        let contacts = try contacts(call, for: name)
        let nameservers = try nameservers(call, atLeast: 0)
        guard order(of: name.full) == nil else {
            throw RegistrarError("Domain name \(name.full) is already with us")
        }
        guard name.label.hasPrefix("taken") else {
            throw RegistrarError("\(name.full) is currently available for Registration")
        }
        guard code != "wrong" else {
            throw RegistrarError("{auth-code=The Domain Secret is invalid}")
        }
        let cost = RegistrarPrices.cents(for: name.ending, years: 1) ?? 0
        let order = try place(
            name,
            "AddTransferDomain",
            years: 1,
            cost: cost,
            contacts,
            nameservers,
            stage: .queued,
            call
        )
        return [
            "status": "AdminApproved", "actionstatus": "AdminApproved",
            "actionstatusdesc": "Order Locked In Processing.",
            "actiontype": "AddTransferDomain",
            "actiontypedesc": .string(
                "Transfer of \(name.full) from old Registrar along with 1 year Renewal"
            ),
            "error": "NoError", "eaqid": .string(String(order.actionID)),
            "entityid": .string(String(order.id)), "description": .string(name.full),
        ]
    }

    mutating func renew(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let id = try call.number("order-id")
        guard var order = orders[id], order.stage == .active else {
            throw RegistrarError("No Entity found for Entityid: \(id)")
        }
        let years = try years(call)
        try checkTerms(call)
        let expected = try call.number("exp-date")
        guard expected == Int64(order.expiresAt.timeIntervalSince1970) else {
            throw RegistrarError("{exp-date=The expiry date given is not the current one}")
        }
        let limit = call.now.adding(years: 10)
        guard order.expiresAt.adding(years: years) <= limit else {
            throw RegistrarError(
                "A Domain Name cannot be extended beyond \(limit.rfc3339Text.prefix(10))"
            )
        }
        let name = try RegistrarName(order.domain)
        let cost = RegistrarPrices.cents(for: name.ending, years: years) ?? 0
        order.action = "RenewDomain"
        order.actionID = nextID(from: 453_000_000)
        try debit(cost, order, years: years, call.now)
        order.expiresAt = order.expiresAt.adding(years: years)
        orders[id] = order
        let what = "Renewal of \(order.domain) for \(years) year\(years == 1 ? "" : "s")"
        return reply(order, what, done: "Domain renewed successfully")
    }

    private mutating func place(
        _ name: RegistrarName,
        _ action: String,
        years: Int,
        cost: Int64,
        _ contacts: [String: Int64],
        _ nameservers: [String],
        stage: RegistrarOrder.Stage,
        _ call: RegistrarCall
    ) throws(RegistrarError) -> RegistrarOrder {
        let order = RegistrarOrder(
            id: nextID(from: 91_000_000),
            domain: name.full,
            customer: try call.number("customer-id"),
            contacts: contacts,
            nameservers: nameservers,
            createdAt: call.now,
            expiresAt: call.now.adding(years: years),
            action: action,
            stage: stage,
            actionID: nextID(from: 453_000_000),
            secret: Hex.encode(randomBytes(8))
        )
        try debit(cost, order, years: years, call.now)
        orders[order.id] = order
        return order
    }

    private mutating func debit(
        _ cents: Int64,
        _ order: RegistrarOrder,
        years: Int,
        _ now: Date
    ) throws(RegistrarError) {
        guard cents <= balanceCents else {
            throw RegistrarError("Insufficient funds in the Reseller account to place this order")
        }
        balanceCents -= cents
        debits.append(
            RegistrarDebit(
                order: order.id,
                domain: order.domain,
                action: order.action,
                years: years,
                cents: cents,
                at: now
            )
        )
    }

    private func reply(_ order: RegistrarOrder, _ what: String, done: String) -> JSON {
        let common: JSON = [
            "actiontypedesc": .string(what), "entityid": .string(String(order.id)),
            "eaqid": .string(String(order.actionID)), "description": .string(order.domain),
            "actiontype": .string(order.action),
        ]
        if order.stage == .queued {
            return common.merging([
                "actionstatus": "InvoicePaid", "status": "InvoicePaid",
                "error": "Order Locked for Processing, Please contact Support",
                "actionstatusdesc": "Order Locked In Processing.",
            ])
        }
        return common.merging([
            "actionstatus": "Success", "status": "Success", "actionstatusdesc": .string(done),
        ])
    }

    private func years(_ call: RegistrarCall) throws(RegistrarError) -> Int {
        let years = try call.number("years")
        guard (1...10).contains(years) else { throw RegistrarError("{years=years is invalid}") }
        return Int(years)
    }

    private func checkTerms(_ call: RegistrarCall) throws(RegistrarError) {
        let option = try call.text("invoice-option")
        guard ["NoInvoice", "PayInvoice", "KeepInvoice", "OnlyAdd"].contains(option) else {
            throw RegistrarError("Invalid value for parameter invoice-option: \(option)")
        }
        _ = try call.flag("auto-renew")
    }

    private func contacts(
        _ call: RegistrarCall,
        for name: RegistrarName
    ) throws(RegistrarError) -> [String: Int64] {
        let customer = try call.number("customer-id")
        guard customers[customer] != nil else { throw RegistrarError("Invalid customer-id") }
        try checkTerms(call)
        var chosen: [String: Int64] = [:]
        for (role, name) in [
            ("registrant", "reg"), ("admin", "admin"), ("tech", "tech"), ("billing", "billing"),
        ] {
            let id = try call.number("\(name)-contact-id")
            let isAbsent = id == -1 && role != "registrant"
            guard isAbsent || contacts[id]?.customer == customer else {
                throw RegistrarError("{\(role)contactid=\(role)contactid is invalid}")
            }
            chosen[role] = id
        }
        let kind = chosen["registrant"].flatMap { contacts[$0]?.type }
        guard kind == Self.contactType(forEnding: name.ending) else {
            throw RegistrarError("{registrantcontactid=registrantcontactid is invalid}")
        }
        return chosen
    }

    private func nameservers(
        _ call: RegistrarCall,
        atLeast least: Int = 2
    ) throws(RegistrarError) -> [String] {
        let names = call.fields.all("ns").map { $0.lowercased() }
        if names.count < least { throw RegistrarError("Required parameter missing: ns") }
        for name in names {
            let labels = name.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.count >= 2, labels.allSatisfy({ RegistrarName.isLabel(String($0)) })
            else { throw RegistrarError("\(name) is not a valid Nameserver") }
        }
        return names
    }
}
