import Core
import HTTPServer
import KeyValue
import Support
import Web

/// How often panels may ask. The limits keep a panel that runs wild from the others; they are far
/// above what one needs that works.
package struct LicenseCheckLimits: Sendable {
    /// What one key may ask, about all its licences together.
    let perKey: RateClass
    /// What one key may ask about one licence: a busy panel does not use up another one's turns.
    let perLicense: RateClass
    /// How often one key may have the database asked about licences that memory does not have.
    var perUnknown = RateClass("license_checks_unknown", limit: 6_000, perSeconds: 60)

    /// How often one address may come with credentials that are wrong.
    var perWrongCredentials = RateClass("license_credentials", limit: 60, perSeconds: 60)

    static let standard = LicenseCheckLimits(
        perKey: RateClass("license_checks", limit: 600_000, perSeconds: 60),
        perLicense: RateClass("license_checks_of_one", limit: 120_000, perSeconds: 60)
    )
}

/// Answers panels that ask whether a licence allows something.
///
/// With a secret and a warm memory the answer is given at once, on the server's own loop. A
/// signature has to be used up in the database, and what memory is not sure of is asked there.
struct LicenseChecks: Sendable {
    private let services: Services
    private let limits: LicenseCheckLimits
    private let limiter = LocalRateLimiter()

    init(_ services: Services, limits: LicenseCheckLimits = .standard) {
        self.services = services
        self.limits = limits
    }

    func respond(to request: Request) -> Handling {
        do {
            let credentials = try PanelCredentials(request)
            guard case .secret = credentials.proof,
                case .known(let known) = services.licenseCache.remembered(key: credentials.key)
            else { return .later { await answer(request) } }
            let key = try credentials.admit(
                known,
                request,
                for: .validateLicenses,
                services.clock
            )
            services.licenseCache.noteUse(of: key.id)
            return handling(of: try question(request, key), request, from: key)
        } catch {
            return .now(refusal(error, request))
        }
    }

    /// The answer from memory, or from the database when memory is not sure.
    ///
    /// A licence that memory does not have may have been made a moment ago, so the database is
    /// asked, unless somebody tries key after key.
    private func handling(
        of question: LicenseQuestion,
        _ request: Request,
        from key: PanelKey
    ) -> Handling {
        guard let license = question.licenseKey else { return .now(decided(question, nil)) }
        switch services.licenseCache.remembered(license) {
        case .known(let known?): return .now(decided(question, known))
        case .known(nil) where !isWithin(limits.perUnknown, "? \(key.key)"):
            return .now(decided(question, nil))
        case .known, .unsure: return .later { await looked(license, question, request) }
        }
    }

    private func answer(_ request: Request) async -> HTTPResponse {
        do {
            try admitUnknownKey(request)
            let key = try await PanelAuthentication(services)
                .key(of: request, for: .validateLicenses)
            switch handling(of: try question(request, key), request, from: key) {
            case .now(let answer): return answer
            case .later(let work): return await work()
            }
        } catch {
            return refusal(error, request)
        }
    }

    /// A key that memory does not have may have been made a moment ago, so the database is asked,
    /// unless an address tries key after key.
    private func admitUnknownKey(_ request: Request) throws {
        let key = try PanelCredentials(request).key
        guard case .known(nil) = services.licenseCache.remembered(key: key) else { return }
        try take(
            "key? \(RateLimits.network(of: request.remoteAddress))",
            limits.perWrongCredentials
        )
    }

    private func looked(
        _ license: LicenseKey,
        _ question: LicenseQuestion,
        _ request: Request
    ) async -> HTTPResponse {
        do {
            return decided(question, try await services.licenseCache.stored(license))
        } catch {
            return refusal(error, request)
        }
    }

    private func decided(_ question: LicenseQuestion, _ known: KnownLicense?) -> HTTPResponse {
        LicenseAnswer.response(
            LicenseDecision(
                known?.terms,
                feature: LicensedFeature(rawValue: question.feature),
                quantity: question.quantity ?? 1,
                now: services.clock.now
            )
        )
    }

    /// What is asked, once it is neither too often nor malformed.
    private func question(_ request: Request, _ key: PanelKey) throws -> LicenseQuestion {
        try take(key.key, limits.perKey)
        let json = try request.json()
        let question = try LicenseQuestion(usual: json) ?? LicenseQuestion(reading: json)
        try take("\(key.key) \(question.typedKey)", limits.perLicense)
        return question
    }

    private func isWithin(_ limit: RateClass, _ key: String) -> Bool {
        limiter.takeNow(key, RateLimit(limit: limit.limit, perSeconds: limit.perSeconds)).allowed
    }

    private func take(_ key: String, _ limit: RateClass) throws {
        guard services.configuration.limitsRates else { return }
        let decision = limiter.takeNow(
            key,
            RateLimit(limit: limit.limit, perSeconds: limit.perSeconds)
        )
        guard decision.allowed else {
            throw limit.refusal(retryAfterSeconds: Double(decision.retryAfterSeconds))
        }
    }

    private func refusal(_ error: any Error, _ request: Request) -> HTTPResponse {
        var problem = Problem(mapped: error, request, services)
        if problem.status == 401 {
            let address = RateLimits.network(of: request.remoteAddress)
            do {
                try take("wrong \(address)", limits.perWrongCredentials)
            } catch {
                problem = Problem(mapped: error, request, services)
            }
        }
        return problem.response(requestID: request.id).http
    }
}
