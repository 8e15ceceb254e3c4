import Web

/// The portal's pages of a customer's own payments.
enum PaymentRoutes {
    static let list = Route(.get, "/payments")
    static let export = Route(.get, "/payments.csv")
}
