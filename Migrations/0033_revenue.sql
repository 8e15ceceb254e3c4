-- What was put off is earned day by day, as the time passes that it was charged for.

-- What of each line whose revenue was put off is earned.
CREATE TABLE line_earnings (
    line_id uuid PRIMARY KEY REFERENCES invoice_lines,
    -- Without tax; below zero of a line that gives back.
    earned_minor bigint NOT NULL DEFAULT 0,
    -- Until its time is over and all of it is earned; a credit note makes it run again.
    is_running boolean NOT NULL DEFAULT true
) WITH (fillfactor = 70);
CREATE INDEX line_earnings_running ON line_earnings (line_id) WHERE is_running;

CREATE TABLE revenue_runs (
    day date PRIMARY KEY,
    finished_at timestamptz NOT NULL
);
REVOKE UPDATE, DELETE ON revenue_runs FROM billing_app;

-- What was earned on a day, and of which the books have one transaction.
CREATE TABLE revenue_days (
    id uuid PRIMARY KEY,
    day date NOT NULL REFERENCES revenue_runs,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    -- How many lines it was earned of.
    lines bigint NOT NULL CHECK (lines > 0),
    UNIQUE (day, currency)
);
REVOKE UPDATE, DELETE ON revenue_days FROM billing_app;

-- How much of an amount is earned at a moment: nothing before its time begins, all of it, exactly, at
-- its end, and between them its share to the second, rounded half to even to what the currency is
-- charged in. Core's `TimeSpan.earned(of:at:)` says the same.
CREATE FUNCTION earned_part(
    amount bigint, step bigint, since timestamptz, until timestamptz, moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    seconds numeric := floor(extract(epoch FROM moment)) - floor(extract(epoch FROM since));
    whole numeric := (floor(extract(epoch FROM until)) - floor(extract(epoch FROM since))) * step;
    share numeric := amount * seconds;
    steps numeric;
    rest numeric;
BEGIN
    IF moment <= since THEN RETURN 0; END IF;
    IF moment >= until THEN RETURN amount; END IF;
    steps := div(share, whole);
    rest := 2 * abs(share - steps * whole);
    IF rest > whole OR rest = whole AND mod(steps, 2) <> 0 THEN
        steps := steps + sign(share);
    END IF;
    RETURN steps * step;
END
$$;

INSERT INTO line_earnings (line_id)
SELECT l.id FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
WHERE i.status <> 'draft'
    AND (l.kind IN ('plan', 'subscription') OR l.kind = 'manual' AND l.period_start IS NOT NULL);
