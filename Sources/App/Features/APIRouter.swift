import Support
package import Web

/// The JSON API: every endpoint that outside programs rely on, one line a feature.
package enum APIRouter {
    /// Builds the router.
    ///
    /// - Throws: when two routes overlap, which is a fault of ours.
    package static func make(_ services: Services) throws -> Router<Services> {
        try Router(services: services, hooks: hooks(services)) { router in
            HealthEndpoints.add(to: &router, services)
            AccountEndpoints.add(to: &router)
            UserEndpoints.add(to: &router)
            OrderEndpoints.add(to: &router)
            CouponEndpoints.add(to: &router)
            CreditEndpoints.add(to: &router)
            PaymentEndpoints.add(to: &router)
            RefundEndpoints.add(to: &router)
            RecordedPaymentEndpoints.add(to: &router)
            DomainCostEndpoints.add(to: &router)
            DisputeEndpoints.add(to: &router)
            ReconciliationEndpoints.add(to: &router)
            PaymentMethodEndpoints.add(to: &router)
            SubscriptionEndpoints.add(to: &router)
            LicenseEndpoints.add(to: &router, services)
            APIKeyEndpoints.add(to: &router)
            UsageEndpoints.add(to: &router)
            PlanEndpoints.add(to: &router)
            RepricingEndpoints.add(to: &router)
            ServerEndpoints.add(to: &router)
            HostingAccountEndpoints.add(to: &router)
            DomainEndpoints.add(to: &router)
            InvoiceEndpoints.add(to: &router)
            StaffInvoiceEndpoints.add(to: &router)
            DocumentSettingEndpoints.add(to: &router)
            CreditNoteEndpoints.add(to: &router)
            StaffOrderEndpoints.add(to: &router)
            CustomerEndpoints.add(to: &router)
            DunningPolicyEndpoints.add(to: &router)
            JobEndpoints.add(to: &router)
            AuditEndpoints.add(to: &router)
            ClockEndpoints.add(to: &router)
            SettingEndpoints.add(to: &router)
            TaxEndpoints.add(to: &router)
            StatisticsEndpoints.add(to: &router)
            RehearsalEndpoints.add(to: &router)
            LedgerEndpoints.add(to: &router)
            RegistrarEndpoints.add(to: &router)
            VerificationEndpoints.add(to: &router)
            // Describes all routes above it.
            try ReferencePages.add(to: &router, services)
        }
    }

    private static func hooks(_ services: Services) -> RouterHooks {
        var hooks = RouterHooks(recover: { error, request in
            Problem(mapped: error, request, services).response(requestID: request.id)
        })
        hooks.admit = { try await RateLimits(services).admit($0, $1) }
        hooks.idempotency = { request, actor, work in
            try await Idempotency(services).perform(request, actor: actor, work)
        }
        hooks.observe = { request, route, status, duration in
            if let route { services.metrics.observe(route, status: status, duration) }
            RequestLog(services.log).write(request, route, status: status, duration)
        }
        hooks.finish = { response, request in
            SecurityHeaders.addForData(to: &response, isHTTPS: request.isHTTPS)
        }
        hooks.proxies = TrustedProxies(services.configuration.trustedProxies)
        return hooks
    }
}
