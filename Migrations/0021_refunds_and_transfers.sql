-- Refunds that staff ask for, in parts, and that may fail after they had succeeded; and money that
-- staff record because it came another way than through the processor.

ALTER TABLE refunds
    -- staff: asked for by hand. undo: of an order that was undone. return: of money that could not
    -- be placed. outside: made at the processor itself.
    ADD COLUMN kind text NOT NULL DEFAULT 'undo'
        CHECK (kind IN ('staff', 'undo', 'return', 'outside')),
    -- Where the books take the money from.
    ADD COLUMN source text NOT NULL DEFAULT 'refunds'
        CHECK (source IN ('refunds', 'credit', 'suspense')),
    -- When it first succeeded; one that failed afterwards keeps it.
    ADD COLUMN succeeded_at timestamptz,
    ADD COLUMN failure text,
    -- When somebody had seen that it failed.
    ADD COLUMN dealt_with_at timestamptz;
UPDATE refunds SET succeeded_at = finished_at WHERE status = 'succeeded';
UPDATE refunds SET kind = 'return', source = 'suspense' FROM payments
    WHERE payments.id = payment_id AND payments.status IN ('attention', 'returned');
ALTER TABLE refunds
    ALTER COLUMN kind DROP DEFAULT,
    ALTER COLUMN source DROP DEFAULT,
    ADD CHECK (status <> 'succeeded' OR succeeded_at IS NOT NULL),
    ADD CHECK (status IN ('succeeded', 'failed') OR succeeded_at IS NULL),
    ADD CHECK ((kind = 'return') = (source = 'suspense')),
    ADD CHECK (dealt_with_at IS NULL OR status = 'failed');
CREATE INDEX refunds_of_customer ON refunds (customer_id, id);
CREATE INDEX refunds_failed ON refunds (id) WHERE status = 'failed' AND dealt_with_at IS NULL;

ALTER TABLE payments DROP CONSTRAINT payments_gateway_check;
ALTER TABLE payments ADD CONSTRAINT payments_gateway_check
    CHECK (gateway IN ('stripe', 'bank_transfer', 'cash'));
ALTER TABLE payments DROP CONSTRAINT payments_kind_check;
ALTER TABLE payments ADD CONSTRAINT payments_kind_check
    CHECK (kind IN ('checkout', 'intent', 'saved_card', 'recorded'));
ALTER TABLE payments DROP CONSTRAINT payments_status_check;
-- reversed: it was recorded by mistake. credited: money that could not be placed became credit.
ALTER TABLE payments ADD CONSTRAINT payments_status_check CHECK (
    status IN (
        'created', 'open', 'processing', 'succeeded', 'failed', 'expired', 'cancelled',
        'attention', 'returned', 'reversed', 'credited'
    )
);
ALTER TABLE payments
    -- What the bank's statement or the receipt calls it.
    ADD COLUMN reference text CHECK (length(reference) BETWEEN 1 AND 200),
    ADD COLUMN received_at timestamptz,
    -- What exceeded the invoice and became the customer's credit.
    ADD COLUMN excess_minor bigint NOT NULL DEFAULT 0 CHECK (excess_minor >= 0),
    ADD CHECK ((kind = 'recorded') = (reference IS NOT NULL)),
    ADD CHECK ((kind = 'recorded') = (received_at IS NOT NULL)),
    ADD CHECK ((kind = 'recorded') = (gateway <> 'stripe')),
    ADD CHECK (excess_minor <= amount_minor);
CREATE UNIQUE INDEX payments_reference_once ON payments (gateway, reference)
    WHERE status <> 'reversed';
-- An order is paid whole and once; an invoice may be paid in parts, which together are held by what
-- it was paid.
DROP INDEX payments_one_success;
CREATE UNIQUE INDEX payments_one_success ON payments (invoice_id)
    WHERE status = 'succeeded' AND order_id IS NOT NULL;
CREATE INDEX payments_succeeded ON payments (invoice_id) WHERE status = 'succeeded';
