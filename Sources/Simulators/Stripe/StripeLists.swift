import Wire

extension StripeParameters {
    /// A page of objects, newest first.
    func page<Item: StripeObject>(
        of items: [Item],
        url: String
    ) throws(StripeError) -> JSON {
        let limit = integer("limit") ?? 10
        guard (1...100).contains(limit) else {
            throw .parameter(
                limit < 1
                    ? "This value must be greater than or equal to 1."
                    : "This value must be less than or equal to 100.",
                code: limit < 1 ? "parameter_invalid_integer" : nil,
                param: "limit"
            )
        }
        if has("starting_after"), has("ending_before") {
            throw .parameter(
                "You can only provide one of these parameters: ending_before, starting_after.",
                param: "ending_before"
            )
        }
        var items = items.filter { isInRange($0.created) }
        var isBackwards = false
        if let id = text("starting_after") {
            items = Array(items[(try index(of: id, in: items, "starting_after") + 1)...])
        } else if let id = text("ending_before") {
            items = items[..<(try index(of: id, in: items, "ending_before"))].reversed()
            isBackwards = true
        }
        let page = items.prefix(Int(limit))
        let data = isBackwards ? Array(page.reversed()) : Array(page)
        return [
            "object": "list",
            "data": .array(data.map(\.json)),
            "has_more": .bool(items.count > page.count),
            "url": .string(url),
        ]
    }

    private func index<Item: StripeObject>(
        of id: String,
        in items: [Item],
        _ param: String
    ) throws(StripeError) -> Int {
        guard let index = items.firstIndex(where: { $0.id == id }) else {
            throw .noSuch("object", id, param: param, inPath: false)
        }
        return index
    }

    private func isInRange(_ moment: Int64) -> Bool {
        guard let range = values["created"] else { return true }
        if let exactly = range.integer { return moment == exactly }
        return range["gt"]?.integer.map { moment > $0 } ?? true
            && range["gte"]?.integer.map { moment >= $0 } ?? true
            && range["lt"]?.integer.map { moment < $0 } ?? true
            && range["lte"]?.integer.map { moment <= $0 } ?? true
    }
}

extension StripeBooks {
    private static let expandable: Set<String> = [
        "balance_transaction", "charge", "customer", "default_payment_method",
        "failure_balance_transaction", "latest_charge", "latest_attempt", "line_items",
        "payment_intent", "payment_method", "review", "setup_intent", "source",
        "subscription", "invoice", "application",
    ]

    /// An answer with ids replaced by their objects where the caller asked for it.
    func expanding(_ answer: JSON, _ paths: [String]) throws(StripeError) -> JSON {
        var answer = answer
        for path in paths {
            let names = path.split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
            guard names.count <= 4 + (names.first == "data" ? 1 : 0) else {
                throw .parameter(
                    "You cannot expand more than 4 levels of a property. Property: \(path)",
                    param: "expand"
                )
            }
            answer = try expand(answer, names[...], path)
        }
        return answer
    }

    private func expand(
        _ value: JSON,
        _ names: ArraySlice<String>,
        _ path: String
    ) throws(StripeError) -> JSON {
        guard let name = names.first else { return value }
        if name == "data", let elements = value["data"]?.array {
            var expanded: [JSON] = []
            for element in elements {
                expanded.append(try expand(element, names.dropFirst(), path))
            }
            return value.setting("data", .array(expanded))
        }
        if name == "line_items", value["object"]?.string == "checkout.session",
            let session = sessions[value["id"]?.string ?? ""]
        {
            return value.setting("line_items", session.lineItemList)
        }
        guard let inner = value[name] else {
            // A refund is without it until it has failed, and may be asked for it before.
            guard name == "failure_balance_transaction", value["object"]?.string == "refund" else {
                throw cannotExpand(path)
            }
            return value
        }
        if let id = inner.string {
            guard Self.expandable.contains(name) else { throw cannotExpand(path) }
            guard let object = object(id) else { return value }
            return value.setting(name, try expand(object, names.dropFirst(), path))
        }
        guard inner.members != nil else {
            guard inner.isNull, Self.expandable.contains(name) else { throw cannotExpand(path) }
            return value
        }
        return value.setting(name, try expand(inner, names.dropFirst(), path))
    }

    private func cannotExpand(_ path: String) -> StripeError {
        .parameter(
            "This property cannot be expanded (\(path)). You may want to try expanding "
                + "'data.\(path)' instead.",
            param: "expand"
        )
    }
}
