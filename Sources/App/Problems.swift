import Core
import Cryptography
import Postgres
import Support
package import Web

extension Problem {
    /// What somebody outside is told of an error; what is inside goes to the log alone.
    package init(mapped error: any Error, _ request: Request, _ services: Services) {
        switch error {
        case let failure as RemoteFailure:
            services.log.with("request_id", request.id).warning(
                "an outside party failed",
                ["error": "\(failure)"]
            )
            self = Problem(failure)
        case is PasswordHasher.Busy:
            self = .unavailable("Too many people log in right now. Try again in a moment.")
        case let error as DatabaseError where error.isConnectionLost:
            services.log.with("request_id", request.id).error(
                "the database is out of reach",
                ["error": "\(error)"]
            )
            self = .unavailable("The service is restarting. Try again in a moment.")
        case is DeadlineExceeded:
            self = .unavailable("The service is busy. Try again in a moment.")
        default:
            self.init(mapping: error, request, log: services.log)
        }
    }

    /// What a caller is told when an outside party does not do what was asked.
    fileprivate init(_ failure: RemoteFailure) {
        switch failure {
        case .refused, .declined:
            // What the provider said may concern our own account with it: the log has it.
            self = .refused(
                "refused_by_provider",
                "A provider did not accept this. Please check what you have entered, or write to us."
            )
        case .unauthorized:
            self = Problem(
                status: 502,
                code: "provider_not_configured",
                detail: "A provider did not accept our credentials. Staff have been told."
            )
        case .limited(let seconds):
            self = .unavailable(
                "A provider asks us to slow down. Try again in a moment.",
                retryAfterSeconds: Int(seconds ?? 5)
            )
        case .notSent, .unknown:
            self = .unavailable("A provider does not answer right now. Try again in a moment.")
        }
    }
}

extension [Problem] {
    /// What an operation may answer besides because it asks an outside party.
    static let ofProviders: [Problem] = [
        Problem(.refused(code: "declined", message: "The provider refused.")),
        Problem(.unauthorized(message: "")), Problem(.unknown(message: "")),
    ]
}
