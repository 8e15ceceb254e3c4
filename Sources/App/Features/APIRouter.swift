import Support
package import Web

/// The JSON API: every endpoint that outside programs rely on, one line a feature.
package enum APIRouter {
    /// Builds the router.
    ///
    /// - Throws: when two routes overlap, which is a fault of ours.
    package static func make(_ services: Services) throws -> Router<Services> {
        try Router(services: services, hooks: hooks(services)) { router in
            _ = router
        }
    }

    private static func hooks(_ services: Services) -> RouterHooks {
        var hooks = RouterHooks(recover: RouterHooks.problems(log: services.log))
        hooks.finish = { response, request in
            SecurityHeaders.addForData(to: &response, isHTTPS: request.isHTTPS)
        }
        hooks.proxies = TrustedProxies(services.configuration.trustedProxies)
        return hooks
    }
}
