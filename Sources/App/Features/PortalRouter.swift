import Foundation
import Support
package import Web

/// The portal: every page that people see, one line a feature.
package enum PortalRouter {
    /// Builds the router.
    ///
    /// - Throws: when two routes overlap, which is a fault of ours.
    package static func make(_ services: Services) throws -> Router<Services> {
        try Router(services: services, hooks: hooks(services)) { router in
            AssetPages.add(to: &router)
            CardPages.add(to: &router)
            CartPages.add(to: &router)
            CheckoutPages.add(to: &router)
            CreditPages.add(to: &router)
            ConsolePages.add(to: &router)
            DashboardPages.add(to: &router)
            DesignPages.add(to: &router)
            DomainPages.add(to: &router)
            FinderPages.add(to: &router)
            CreditNotePages.add(to: &router)
            InvoiceLinkPages.add(to: &router)
            InvoicePages.add(to: &router)
            LicensePages.add(to: &router)
            LinkPages.add(to: &router)
            LogInPages.add(to: &router)
            MarketingPages.add(to: &router)
            OrderPages.add(to: &router)
            PaymentPages.add(to: &router)
            ProfilePages.add(to: &router)
            RevealPages.add(to: &router)
            SavedViewPages.add(to: &router)
            SubscriptionPages.add(to: &router)
        }
    }

    private static func hooks(_ services: Services) -> RouterHooks {
        var hooks = RouterHooks(recover: ErrorPages.recover(services))
        hooks.admit = { try await RateLimits(services).admit($0, $1) }
        hooks.observe = { request, route, status, duration in
            if let route { services.metrics.observe(route, status: status, duration) }
            RequestLog(services.log).write(request, route, status: status, duration)
        }
        let isSecure = services.configuration.isPortalSecure
        hooks.finish = { response, request in
            PortalSecurity.welcome(&response, request, services)
            SecurityHeaders.addForPages(
                to: &response,
                isHTTPS: isSecure,
                formTargets: services.configuration.paymentPages
            )
        }
        hooks.csrf = CSRFProtection(secret: PortalSecurity.csrfSecret(services)) { request in
            PortalSecurity.binding(of: request, services)
        }
        hooks.proxies = TrustedProxies(services.configuration.trustedProxies)
        return hooks
    }
}

extension Configuration {
    /// Where a form of ours may lead to besides our own pages: the processor's payment page.
    fileprivate var paymentPages: [String] {
        guard mode == .sandbox, let url = URL(string: stripe.baseURL), let scheme = url.scheme,
            let host = url.host()
        else { return ["https://checkout.stripe.com"] }
        return ["\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")]
    }
}
