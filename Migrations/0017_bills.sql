-- Bills with discounts and taxes, on which more may be given back than charged.

ALTER TABLE orders
    -- Whether the amounts contain the tax.
    ADD COLUMN is_tax_inclusive boolean NOT NULL DEFAULT false;
ALTER TABLE orders DROP CONSTRAINT orders_check1;
ALTER TABLE orders ADD CONSTRAINT orders_total_is_sum CHECK (
    total_minor = subtotal_minor - discount_minor
        + CASE WHEN is_tax_inclusive THEN 0 ELSE tax_minor END
);

ALTER TABLE invoices
    ADD COLUMN is_tax_inclusive boolean NOT NULL DEFAULT false,
    -- What became the customer's credit, because more was given back than charged.
    ADD COLUMN carried_minor bigint NOT NULL DEFAULT 0 CHECK (carried_minor >= 0),
    -- What credit notes took off before it was paid.
    ADD COLUMN credited_minor bigint NOT NULL DEFAULT 0 CHECK (credited_minor >= 0),
    -- What the law wants said on the document.
    ADD COLUMN notes text[] NOT NULL DEFAULT '{}',
    -- Why the taxes are what they are, a sentence each.
    ADD COLUMN tax_reasons text[] NOT NULL DEFAULT '{}';
-- Whatever is given back is below zero, with its discount and its tax.
ALTER TABLE invoices
    DROP CONSTRAINT invoices_check,
    DROP CONSTRAINT invoices_check1,
    DROP CONSTRAINT invoices_check2,
    DROP CONSTRAINT invoices_check10,
    DROP CONSTRAINT invoices_subtotal_minor_check,
    DROP CONSTRAINT invoices_tax_minor_check;
ALTER TABLE invoices
    ADD CONSTRAINT invoices_total_is_sum CHECK (
        total_minor = subtotal_minor - discount_minor
            + CASE WHEN is_tax_inclusive THEN 0 ELSE tax_minor END + carried_minor
    ),
    ADD CONSTRAINT invoices_settled_within_total
        CHECK (paid_minor >= 0 AND paid_minor + credited_minor <= total_minor),
    ADD CONSTRAINT invoices_paid_lacks_nothing
        CHECK (status <> 'paid' OR paid_minor + credited_minor = total_minor),
    ADD CONSTRAINT invoices_carried_owes_nothing CHECK (carried_minor = 0 OR total_minor = 0);

ALTER TABLE invoice_lines
    DROP CONSTRAINT invoice_lines_check,
    DROP CONSTRAINT invoice_lines_tax_minor_check,
    DROP CONSTRAINT invoice_lines_kind_check;
ALTER TABLE invoice_lines
    ADD CONSTRAINT invoice_lines_kind_check
        CHECK (kind IN ('plan', 'domain', 'subscription', 'manual')),
    ADD CONSTRAINT invoice_lines_discount_fits CHECK (
        discount_minor BETWEEN least(amount_minor, 0) AND greatest(amount_minor, 0)
    ),
    ADD CONSTRAINT invoice_lines_tax_fits
        CHECK (tax_minor = 0 OR sign(tax_minor) = sign(amount_minor));

-- The taxes on a line, with all that they were computed from.
CREATE TABLE invoice_line_taxes (
    line_id uuid NOT NULL REFERENCES invoice_lines ON DELETE CASCADE,
    customer_id uuid NOT NULL REFERENCES customers,
    position integer NOT NULL CHECK (position >= 0),
    -- The tax by its name: VAT, GST.
    component text NOT NULL CHECK (length(component) BETWEEN 1 AND 40),
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region text CHECK (length(region) BETWEEN 1 AND 100),
    -- In millionths.
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    is_compound boolean NOT NULL,
    base_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (line_id, position)
);
CALL protect_customer_rows('invoice_line_taxes');

CREATE FUNCTION keep_issued_taxes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM invoice_lines l JOIN invoices i ON i.id = invoice_id
        WHERE l.id = coalesce(NEW.line_id, OLD.line_id) AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'a tax of an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER keep_issued BEFORE INSERT OR UPDATE OR DELETE ON invoice_line_taxes
    FOR EACH ROW EXECUTE FUNCTION keep_issued_taxes();

-- What is paid and credited of an issued invoice may still change, and nothing else.
CREATE OR REPLACE FUNCTION keep_issued_invoice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    changing text[] := '{status,paid_minor,credited_minor,paid_at}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'an issued invoice cannot be deleted' USING ERRCODE = 'NP001';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status <> 'draft'
        AND to_jsonb(NEW) - changing IS DISTINCT FROM to_jsonb(OLD) - changing
    THEN
        RAISE EXCEPTION 'an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;
