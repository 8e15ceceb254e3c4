import Foundation
import Wire

// What costs nothing: free names, orders, prices.
extension RegistrarLedger {
    func availability(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let labels = call.fields.all("domain-name")
        let endings = call.fields.all("tlds")
        guard !labels.isEmpty else {
            throw RegistrarError("Required parameter missing: domain-name")
        }
        guard !endings.isEmpty else { throw RegistrarError("Required parameter missing: tlds") }
        var answer: JSON = [:]
        for label in labels.map({ $0.lowercased() }) {
            for ending in endings.map({ $0.lowercased() }) {
                answer = answer.setting("\(label).\(ending)", availability(label, ending))
            }
        }
        return answer
    }

    private func availability(_ label: String, _ ending: String) -> JSON {
        guard RegistrarPrices.endings.contains(ending), RegistrarName.isLabel(label),
            !label.hasPrefix("unknown")
        else { return ["status": "unknown"] }
        let key = JSON.string(RegistrarPrices.classKey(of: ending))
        if order(of: "\(label).\(ending)") != nil {
            return ["classkey": key, "status": "regthroughus"]
        }
        if label.hasPrefix("taken") { return ["classkey": key, "status": "regthroughothers"] }
        let free: JSON = ["classkey": key, "status": "available"]
        guard label.hasPrefix("premium") else { return free }
        return free.setting(
            "costHash",
            [
                "create": "2500.00", "renew": "2500.00", "transfer": "2500.00",
                "sellingCurrencySymbol": "USD",
            ]
        )
    }

    func suggestions(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let keyword = try call.text("keyword").lowercased()
            .filter { $0.isLetter && $0.isASCII || $0.isNumber || $0 == "-" }
        let endings = call.fields.all("tld-only")
        var answer: JSON = [:]
        for (index, label) in [keyword, "my" + keyword, keyword + "online", "get" + keyword]
            .enumerated() where RegistrarName.isLabel(label)
        {
            for ending in endings.isEmpty ? ["com", "net", "org"] : endings {
                guard availability(label, ending)["status"] == "available" else { continue }
                answer = answer.setting(
                    "\(label).\(ending)",
                    [
                        "status": "available", "in_ga": "true",
                        "score": .string("0.\(9 - index)"), "spin": "",
                    ]
                )
            }
        }
        return answer
    }

    func validateTransfer(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let name = try RegistrarName(try call.text("domain-name"))
        guard name.label.hasPrefix("taken") else {
            throw RegistrarError("\(name.full) is currently available for Registration")
        }
        return .bool(order(of: name.full) == nil && !name.label.contains("locked"))
    }

    func orderID(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let domain = try call.text("domain-name").lowercased()
        guard let order = order(of: domain) else {
            throw RegistrarError("Website doesn't exist for \(domain)")
        }
        return .integer(order.id)
    }

    mutating func details(
        _ call: RegistrarCall,
        byName: Bool
    ) throws(RegistrarError) -> JSON {
        _ = try call.text("options")
        let id: Int64
        if byName {
            id = try orderID(call).integer ?? 0
        } else {
            id = try call.number("order-id")
        }
        guard let order = look(at: id, now: call.now) else {
            throw RegistrarError("No Entity found for Entityid: \(id)")
        }
        return details(order)
    }

    private func details(_ order: RegistrarOrder) -> JSON {
        func moment(_ date: Date) -> JSON { .string(String(Int64(date.timeIntervalSince1970))) }
        let ending = order.domain.drop { $0 != "." }.dropFirst()
        let isActive = order.stage == .active
        var json: JSON = [
            "orderid": .string(String(order.id)), "entityid": .string(String(order.id)),
            "domainname": .string(order.domain), "description": .string(order.domain),
            "currentstatus": .string(isActive ? "Active" : "InActive"),
            "orderstatus": ["transferlock"], "domainstatus": ["sixtydaylock"],
            "classkey": .string(RegistrarPrices.classKey(of: String(ending))),
            "productcategory": "domorder", "customerid": .string(String(order.customer)),
            "domsecret": .string(order.secret), "isprivacyprotected": "false",
            "privacyprotectedallowed": "true", "recurring": "false",
            "raaVerificationStatus": "NA", "allowdeletion": "true",
            "noOfNameServers": .string(String(order.nameservers.count)),
        ]
        if isActive {
            json = json.setting("creationtime", moment(order.createdAt))
            json = json.setting("endtime", moment(order.expiresAt))
        } else {
            json = json.merging([
                "actiontype": .string(order.action), "actionstatus": "InvoicePaid",
                "actionstatusdesc": "Order Locked In Processing.",
                "eaqid": .string(String(order.actionID)),
            ])
        }
        for (index, name) in order.nameservers.enumerated() {
            json = json.setting("ns\(index + 1)", .string(name))
        }
        for (role, id) in order.contacts.sorted(by: { $0.key < $1.key }) {
            json = json.setting("\(role)contactid", .string(String(id)))
        }
        return json
    }

    var balanceReport: JSON {
        let text = JSON.string(RegistrarPrices.text(balanceCents))
        return [
            "sellingcurrencybalance": text, "sellingcurrencylockedbalance": "0.00",
            "sellingcurrencysymbol": "USD", "accountingcurrencybalance": text,
            "accountingcurrencylockedbalance": "0.00",
        ]
    }
}
