import Core
import Postgres

extension Invariant {
    /// What was ordered is what was billed, and what was paid is delivered or visibly not.
    static let orders: [Invariant] = [
        ordersAreSums, ordersAreInvoiced, ordersArePaidByInvoices, paidIsUnderWay,
        completedIsDelivered, accountsArePaid,
    ]

    private static let ordersAreSums = Invariant(
        "order.total_is_sum_of_items",
        "An order costs what its items cost, less the discount, with tax.",
        of: .of(Order.self),
        """
        SELECT o.id::text AS id FROM orders o
        LEFT JOIN (
            SELECT order_id, sum(plan_amount_minor + domain_amount_minor) AS cost
            FROM order_items GROUP BY 1
        ) items ON order_id = o.id
        WHERE subtotal_minor <> coalesce(cost, 0)
            OR total_minor <> subtotal_minor - discount_minor
                + CASE WHEN is_tax_inclusive THEN 0 ELSE tax_minor END
        """
    )

    private static let ordersAreInvoiced = Invariant(
        "order.invoiced_as_ordered",
        "The invoice of an order asks its customer for the order's total.",
        of: .of(Order.self),
        """
        SELECT o.id::text AS id FROM orders o JOIN invoices i ON order_id = o.id
        WHERE o.total_minor <> i.total_minor OR o.currency <> i.currency
            OR o.customer_id <> i.customer_id
        """
    )

    private static let ordersArePaidByInvoices = Invariant(
        "order.paid_with_its_invoice",
        "An order is paid when its invoice is, and only then.",
        of: .of(Order.self),
        """
        SELECT o.id::text AS id FROM orders o LEFT JOIN invoices i ON order_id = o.id
        WHERE (o.paid_at IS NOT NULL) <> coalesce(i.status = 'paid', false)
        """
    )

    /// A dead job is on a page for staff, and so is an order that needs attention.
    private static let paidIsUnderWay = Invariant(
        "order.paid_is_worked_on",
        "A paid order that is not delivered yet has a job that works on it, or shows that it "
            + "needs somebody.",
        of: .of(Order.self),
        """
        SELECT id::text AS id FROM orders o, clock
        WHERE status IN ('paid', 'fulfilling')
            AND greatest(paid_at, steady_since) < now - interval '10 minutes'
            AND NOT EXISTS (
                SELECT FROM jobs WHERE order_id = o.id AND status IN ('queued', 'running', 'dead')
            )
        """
    )

    private static let completedIsDelivered = Invariant(
        "order.completed_is_delivered",
        "Each step of a completed order was done, or was not needed.",
        of: .of(Order.self),
        """
        SELECT DISTINCT o.id::text AS id FROM orders o LEFT JOIN order_steps s ON order_id = o.id
        WHERE o.status = 'completed'
            AND coalesce(s.status, 'missing') NOT IN ('succeeded', 'skipped')
        """
    )

    private static let accountsArePaid = Invariant(
        "account.active_is_paid",
        "A hosting account that an order made is not in use while the order is unpaid.",
        of: .of(HostingAccount.self),
        """
        SELECT h.id::text AS id FROM hosting_accounts h JOIN order_items i ON i.id = order_item_id
        JOIN orders o ON o.id = order_id WHERE h.status = 'active' AND paid_at IS NULL
        """
    )
}
