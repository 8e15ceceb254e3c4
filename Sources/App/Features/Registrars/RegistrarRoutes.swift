import Core
import Web

/// Staff's pages of what registrars are owed and were paid.
enum RegistrarRoutes {
    static let list = Route(.get, "/console/registrars")
    static let payments = Route(.get, "/console/registrars/:name/payments", String.self)
    static let export = Route(.get, "/console/registrars/:name/payments.csv", String.self)
    static let record = Route(.post, "/console/registrars/:name/payments", String.self)
    static let payment = Route(
        .get,
        "/console/registrar-payments/:id",
        ID<RegistrarPayment>.self
    )
    static let reverse = Route(
        .post,
        "/console/registrar-payments/:id/reversal",
        ID<RegistrarPayment>.self
    )
}
