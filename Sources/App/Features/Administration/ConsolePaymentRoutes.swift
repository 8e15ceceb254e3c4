import Core
import Web

/// Staff's pages of payments, and of the money that goes back.
enum ConsolePaymentRoutes {
    static let list = Route(.get, "/console/payments")
    static let export = Route(.get, "/console/payments.csv")
    static let show = Route(.get, "/console/payments/:id", ID<Payment>.self)
    static let askRefund = Route(.get, "/console/payments/:id/refund", ID<Payment>.self)
    static let refund = Route(.post, "/console/payments/:id/refund", ID<Payment>.self)
    static let askRecord = Route(.get, "/console/invoices/:id/payment", ID<Invoice>.self)
    static let record = Route(.post, "/console/invoices/:id/payment", ID<Invoice>.self)
    static let askReverse = Route(.get, "/console/payments/:id/reversal", ID<Payment>.self)
    static let reverse = Route(.post, "/console/payments/:id/reversal", ID<Payment>.self)
    static let place = Route(.post, "/console/payments/:id/credit", ID<Payment>.self)
    static let dealtWithRefund = Route(.post, "/console/refunds/:id/seen", ID<Refund>.self)
}
