package import Core
package import Cryptography
package import HTTPClient
package import KeyValue
package import Postgres
package import Support
package import Typesetting

/// Everything an operation may need, built once in `main` and passed along; there are no globals.
package struct Services: Sendable {
    package let configuration: Configuration
    package let database: Database
    /// What PostgreSQL tells on its channels.
    package let notices: Notices
    package let clock: BusinessClock
    package let ids: IDSource
    package let log: Log
    package let faults: FaultPoints
    package let keyring: Keyring
    package let passwords: PasswordHasher
    package let tokens: JWT
    package let limiter: any RateLimiter
    /// Nil when there is no Redis.
    package let redis: RedisClient?
    package let metrics = Metrics()
    package let streamSeats = StreamSeats()
    /// What the names of the series of invoices begin with; a rehearsal has a series of its own.
    package var invoiceSeries = "INV"
    package let http: HTTPClient
    package let payments: any PaymentGateway
    package let registrar: any Registrar
    package let panel: any HostingPanel
    package let mailer: any Mailer
    package let vatRegister: any VATRegister
    /// Licences and panel keys in memory; its ``LicenseCache/run()`` keeps them up to date.
    package let licenseCache: LicenseCache
    /// Makes documents, on threads of its own.
    package let typesetter: Typesetter
    /// The files that pages are made of.
    package let assets: Assets

    package init(
        configuration: Configuration,
        database: Database,
        notices: Notices,
        clock: BusinessClock,
        ids: IDSource,
        log: Log,
        faults: FaultPoints,
        keyring: Keyring,
        passwords: PasswordHasher,
        tokens: JWT,
        limiter: any RateLimiter,
        redis: RedisClient?,
        http: HTTPClient,
        payments: any PaymentGateway,
        registrar: any Registrar,
        panel: any HostingPanel,
        mailer: any Mailer,
        vatRegister: any VATRegister,
        typesetter: Typesetter = Typesetter(),
        assets: Assets = .standard()
    ) {
        self.configuration = configuration
        self.database = database
        self.notices = notices
        self.clock = clock
        self.ids = ids
        self.log = log
        self.faults = faults
        self.keyring = keyring
        self.passwords = passwords
        self.tokens = tokens
        self.limiter = limiter
        self.redis = redis
        self.http = http
        self.payments = payments
        self.registrar = registrar
        self.panel = panel
        self.mailer = mailer
        self.vatRegister = vatRegister
        licenseCache = LicenseCache(
            database: database,
            notices: notices,
            keyring: keyring,
            clock: clock,
            log: log,
            mode: configuration.mode
        )
        self.typesetter = typesetter
        self.assets = assets
    }
}
