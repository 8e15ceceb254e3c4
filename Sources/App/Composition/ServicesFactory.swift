import Core
import Cryptography
import Foundation
import HTTPClient
package import KeyValue
import MailGateway
import NextPanelGateway
import Postgres
import RegistrarGateway
import StripeGateway
package import Support
import VIESGateway

extension Services {
    /// Builds everything an instance needs, for real or for the sandbox: the same drivers talk to
    /// the outside parties or to their simulators. A limiter other than the usual one is for tests.
    package static func make(
        _ configuration: Configuration,
        _ prepared: DatabaseSetup.Prepared,
        clock: BusinessClock,
        log: Log,
        limiter: (any RateLimiter)? = nil
    ) throws -> Services {
        let ids = IDSource(clock: clock)
        let http = HTTPClient(log: log, userAgent: "NextPanelBilling/1.0")
        let secret = configuration.secretKey.exposed
        let keyring = try Keyring(
            secrets: [secret] + configuration.previousSecretKeys.map(\.exposed),
            legacyID: "k1"
        )
        let signingKey = HMACSHA256.authenticate(
            Array("access tokens".utf8),
            key: Array(secret.utf8)
        )
        let redis = try configuration.redisURL.map { try RedisClient(url: $0, log: log) }
        return Services(
            configuration: configuration,
            database: Database(
                prepared.appConninfo,
                connections: configuration.databaseConnections,
                log: log,
                role: prepared.appRole
            ),
            notices: Notices(
                Listener(prepared.appConninfo, channels: Notices.channels, log: log),
                ids: ids
            ),
            clock: clock,
            ids: ids,
            log: log,
            faults: FaultPoints(armed: configuration.faultPoint),
            keyring: keyring,
            passwords: PasswordHasher(cost: configuration.mode == .live ? 12 : 10),
            tokens: try JWT(key: signingKey, issuer: configuration.apiURL),
            limiter: limiter ?? usualLimiter(redis, log),
            redis: redis,
            http: http,
            payments: StripeClient(
                secretKey: configuration.stripe.secretKey,
                baseURL: configuration.stripe.baseURL,
                http: http,
                log: log,
                deadlineSeconds: configuration.remoteDeadlineSeconds
            ),
            registrar: ResellerClub(
                resellerID: configuration.resellerClub.userID,
                apiKey: configuration.resellerClub.apiKey,
                baseURL: configuration.resellerClub.baseURL,
                http: http,
                log: log,
                deadlineSeconds: configuration.remoteDeadlineSeconds
            ),
            panel: NextPanelClient(
                http: http,
                log: log,
                timeouts: NextPanelClient.Timeouts(
                    health: min(5, configuration.remoteDeadlineSeconds),
                    call: min(10, configuration.remoteDeadlineSeconds),
                    create: configuration.remoteDeadlineSeconds
                )
            ),
            mailer: mailer(configuration, log),
            vatRegister: vatRegister(configuration, http, log)
        )
    }

    private static func vatRegister(
        _ configuration: Configuration,
        _ http: HTTPClient,
        _ log: Log
    ) -> VIESClient {
        VIESClient(
            baseURL: configuration.viesURL,
            http: http,
            log: log,
            deadlineSeconds: configuration.remoteDeadlineSeconds
        )
    }

    private static func mailer(
        _ configuration: Configuration,
        _ log: Log
    ) -> SMTPMailer {
        SMTPMailer(
            server: MailServer(
                address: configuration.mail.server,
                user: configuration.mail.user,
                password: configuration.mail.password,
                protection: configuration.mode == .live ? .required : .none
            ),
            sender: configuration.mail.sender,
            signers: configuration.mail.signers,
            log: log,
            deadlineSeconds: configuration.remoteDeadlineSeconds
        )
    }

    /// Limits in the process, shared by all instances when there is a Redis.
    private static func usualLimiter(_ redis: RedisClient?, _ log: Log) -> any RateLimiter {
        let local = LocalRateLimiter()
        guard let redis else { return local }
        return SharedRateLimiter(redis: redis, fallback: local, log: log)
    }
}
