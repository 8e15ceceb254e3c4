import Wire

/// Something that happened, with the object as it was then.
struct StripeEvent: StripeObject {
    let id: String
    let created: Int64
    let type: String
    let object: JSON
    let previous: JSON?
    let requestID: String?
    let idempotencyKey: String?
    var pendingWebhooks: Int64 = 0

    var json: JSON {
        var data: JSON = ["object": object]
        if let previous { data = data.setting("previous_attributes", previous) }
        return [
            "id": .string(id), "object": "event", "api_version": .string(StripeCall.version),
            "created": .integer(created), "data": data, "livemode": false,
            "pending_webhooks": .integer(pendingWebhooks),
            "request": [
                "id": .text(requestID), "idempotency_key": .text(idempotencyKey),
            ],
            "type": .string(type),
        ]
    }
}

/// An address that events are sent to.
struct StripeWebhookEndpoint: StripeObject {
    let id: String
    let created: Int64
    var url: String
    var enabledEvents: [String]
    var description: String?
    var apiVersion: String?
    var isEnabled = true
    var metadata: [String: String] = [:]
    let secret: String

    var json: JSON {
        [
            "id": .string(id), "object": "webhook_endpoint", "api_version": .text(apiVersion),
            "application": nil, "created": .integer(created), "description": .text(description),
            "enabled_events": .array(enabledEvents.map { .string($0) }), "livemode": false,
            "metadata": .texts(metadata), "status": isEnabled ? "enabled" : "disabled",
            "url": .string(url),
        ]
    }

    /// Whether it wants events of a type.
    func wants(_ type: String) -> Bool {
        isEnabled && (enabledEvents.contains("*") || enabledEvents.contains(type))
    }
}

extension StripeRoute {
    static let events: [StripeRoute] = [
        StripeRoute(
            "GET",
            "v1/events",
            StripeParameter.paging + [.text("type"), .list("types"), .flag("delivery_success")]
        ) { books, call throws(StripeError) in
            let type = call.parameters.text("type")
            let types = call.parameters.texts("types")
            let delivered = call.parameters.flag("delivery_success")
            let found = books.events.newestFirst.filter { event in
                (type == nil || event.type == type)
                    && (types.isEmpty || types.contains(event.type))
                    && (delivered == nil || delivered == (event.pendingWebhooks == 0))
            }
            return try call.parameters.page(of: found, url: "/v1/events")
        },
        StripeRoute("GET", "v1/events/:") { books, call throws(StripeError) in
            guard let event = books.events[call.id] else {
                throw .noSuch("event", call.id, param: "id", inPath: true)
            }
            return event.json
        },
    ]

    private static let endpointFields: [StripeParameter] = [
        .text("description"), .metadata,
    ]

    static let webhookEndpoints: [StripeRoute] = [
        StripeRoute(
            "POST",
            "v1/webhook_endpoints",
            [
                StripeParameter.text("url").required,
                StripeParameter.list("enabled_events").required, .text("api_version"),
            ] + endpointFields
        ) { books, call throws(StripeError) in
            let sent = call.parameters
            let endpoint = StripeWebhookEndpoint(
                id: books.newID("we"),
                created: call.now,
                url: sent.text("url") ?? "",
                enabledEvents: sent.texts("enabled_events"),
                description: sent.text("description"),
                apiVersion: sent.text("api_version"),
                metadata: sent.metadata(),
                secret: "whsec_" + StripeBooks.token(32)
            )
            books.endpoints[endpoint.id] = endpoint
            return endpoint.json.setting("secret", .string(endpoint.secret))
        },
        StripeRoute("GET", "v1/webhook_endpoints", StripeParameter.paging) {
            books,
            call throws(StripeError) in
            try call.parameters.page(
                of: books.endpoints.newestFirst,
                url: "/v1/webhook_endpoints"
            )
        },
        StripeRoute("GET", "v1/webhook_endpoints/:") { books, call throws(StripeError) in
            try books.endpoint(call.id).json
        },
        StripeRoute(
            "POST",
            "v1/webhook_endpoints/:",
            [.text("url"), .list("enabled_events"), .flag("disabled")] + endpointFields
        ) { books, call throws(StripeError) in
            var endpoint = try books.endpoint(call.id)
            let sent = call.parameters
            endpoint.url = sent.text("url") ?? endpoint.url
            if sent.has("enabled_events") { endpoint.enabledEvents = sent.texts("enabled_events") }
            if let isDisabled = sent.flag("disabled") { endpoint.isEnabled = !isDisabled }
            endpoint.metadata = sent.metadata(changing: endpoint.metadata)
            books.endpoints[endpoint.id] = endpoint
            return endpoint.json
        },
        StripeRoute("DELETE", "v1/webhook_endpoints/:") { books, call throws(StripeError) in
            let endpoint = try books.endpoint(call.id)
            books.endpoints[endpoint.id] = nil
            return ["id": .string(endpoint.id), "object": "webhook_endpoint", "deleted": true]
        },
    ]
}

extension StripeBooks {
    fileprivate func endpoint(_ id: String) throws(StripeError) -> StripeWebhookEndpoint {
        guard let endpoint = endpoints[id] else {
            throw .noSuch("webhook endpoint", id, param: "id", inPath: true)
        }
        return endpoint
    }
}
