-- Whoever asked for a refund and heard no answer asks again with the same key, and gets the same
-- refund.
ALTER TABLE refunds ADD COLUMN asked_with text CHECK (length(asked_with) BETWEEN 1 AND 255);
CREATE UNIQUE INDEX refunds_asked_once ON refunds (payment_id, asked_with)
    WHERE asked_with IS NOT NULL;
