-- As before, and a line does not leave an issued invoice for a draft, nor its taxes their line.
CREATE OR REPLACE FUNCTION keep_issued_lines() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM invoices WHERE id IN (OLD.invoice_id, NEW.invoice_id) AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'a line of an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE OR REPLACE FUNCTION keep_issued_taxes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM invoice_lines l JOIN invoices i ON i.id = invoice_id
        WHERE l.id IN (OLD.line_id, NEW.line_id) AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'a tax of an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
