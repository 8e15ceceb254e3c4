CREATE FUNCTION public.acting_customer() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.customer_id', true), '')::uuid $$;

CREATE FUNCTION public.acting_for_system() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('app.scope', true) = 'system' $$;

CREATE TABLE public.payments (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_id uuid,
    invoice_id uuid NOT NULL,
    gateway text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    idempotency_key text NOT NULL,
    parameters jsonb NOT NULL,
    gateway_checkout_id text,
    gateway_intent_id text,
    checkout_url text,
    failure text,
    created_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    settled_at timestamp with time zone,
    reference text,
    received_at timestamp with time zone,
    excess_minor bigint DEFAULT 0 NOT NULL,
    gateway_charge_id text,
    balance_move_id text,
    fee_minor bigint,
    fee_currency character(3),
    settled_minor bigint,
    settled_currency character(3),
    charge_sent_at timestamp with time zone,
    CONSTRAINT payments_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT payments_charge_is_a_saved_cards CHECK (((charge_sent_at IS NULL) OR (kind = 'saved_card'::text))),
    CONSTRAINT payments_charge_was_sent CHECK (((kind <> 'saved_card'::text) OR (gateway_intent_id IS NULL) OR (charge_sent_at IS NOT NULL))),
    CONSTRAINT payments_check CHECK (((status = 'succeeded'::text) = (settled_at IS NOT NULL))),
    CONSTRAINT payments_check1 CHECK (((kind = 'recorded'::text) = (reference IS NOT NULL))),
    CONSTRAINT payments_check2 CHECK (((kind = 'recorded'::text) = (received_at IS NOT NULL))),
    CONSTRAINT payments_check3 CHECK (((kind = 'recorded'::text) = (gateway <> 'stripe'::text))),
    CONSTRAINT payments_check4 CHECK ((excess_minor <= amount_minor)),
    CONSTRAINT payments_check5 CHECK (((balance_move_id IS NULL) = (fee_minor IS NULL))),
    CONSTRAINT payments_check6 CHECK (((fee_minor IS NULL) = (fee_currency IS NULL))),
    CONSTRAINT payments_check7 CHECK (((settled_minor IS NULL) = (settled_currency IS NULL))),
    CONSTRAINT payments_check8 CHECK (((settled_currency IS NULL) OR (balance_move_id IS NOT NULL))),
    CONSTRAINT payments_excess_minor_check CHECK ((excess_minor >= 0)),
    CONSTRAINT payments_gateway_check CHECK ((gateway = ANY (ARRAY['stripe'::text, 'bank_transfer'::text, 'cash'::text]))),
    CONSTRAINT payments_kind_check CHECK ((kind = ANY (ARRAY['checkout'::text, 'intent'::text, 'saved_card'::text, 'recorded'::text]))),
    CONSTRAINT payments_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200))),
    CONSTRAINT payments_settled_currency_check CHECK ((settled_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payments_status_check CHECK ((status = ANY (ARRAY['created'::text, 'open'::text, 'processing'::text, 'succeeded'::text, 'failed'::text, 'expired'::text, 'cancelled'::text, 'attention'::text, 'returned'::text, 'reversed'::text, 'credited'::text])))
);

ALTER TABLE ONLY public.payments FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.arrived_amount(p public.payments) RETURNS TABLE(amount_minor bigint, currency text)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(-e.amount_minor, p.amount_minor), coalesce(e.currency, p.currency)
    FROM (SELECT) always LEFT JOIN (
        ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount_minor < 0
    ) ON t.kind = 'payment_unplaced' AND t.cause_id = p.id
    $$;

CREATE FUNCTION public.check_credit_left() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credits c
        WHERE id IN (SELECT credit_id FROM inserted) AND amount_minor < (
            SELECT sum(amount_minor) FROM credit_spendings s WHERE s.credit_id = c.id
        )
    ) THEN
        RAISE EXCEPTION 'more is spent of a credit than it is' USING ERRCODE = 'NP003';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.check_invoice_pdf() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM invoices
        WHERE id = NEW.invoice_id AND customer_id = NEW.customer_id AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'only an issued invoice has a file' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.check_ledger_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM inserted GROUP BY transaction_id, currency
        HAVING sum(amount_minor) <> 0 OR count(*) < 2
    ) THEN
        RAISE EXCEPTION 'a ledger transaction does not balance' USING ERRCODE = 'NP002';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.credit_held_by_disputes(whose uuid) RETURNS TABLE(dispute uuid, credit uuid, amount_minor bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    d record;
    c record;
    -- Of credits, and of what payments allow.
    taken jsonb := '{}';
    rest bigint;
BEGIN
    -- Hardly any customer has one, and everybody's credit is asked about.
    IF NOT EXISTS (
        SELECT FROM disputes WHERE customer_id = whose AND status IN ('open', 'lost')
    ) THEN
        RETURN;
    END IF;
    FOR d IN
        SELECT disputes.id, payment_id, a.currency, p.invoice_id, p.status AS payment_status,
            disputed_amount(disputes, a.amount_minor, a.currency)
                - unplaced_loss(disputes, a.currency) AS amount,
            a.amount_minor - (
                SELECT coalesce(sum(s.amount_minor), 0) FROM disputes o
                JOIN credit_spendings s ON s.dispute_id = o.id
                WHERE o.payment_id = p.id AND o.status IN ('open', 'lost') AND NOT EXISTS (
                    SELECT FROM credits back
                    WHERE back.source = 'dispute_won' AND back.cause_id = s.id
                )
            ) - (
                -- What was released of one credit from several disputes is the same money.
                SELECT coalesce(sum(once.amount_minor), 0) FROM (
                    SELECT max(r.amount_minor) AS amount_minor FROM disputes o
                    JOIN credit_releases r ON r.dispute_id = o.id
                    WHERE o.payment_id = p.id AND o.status IN ('open', 'lost')
                    GROUP BY r.credit_id
                ) once
            ) - (
                SELECT coalesce(sum(unplaced_loss(o, a.currency)), 0) FROM disputes o
                WHERE o.payment_id = p.id AND o.status IN ('open', 'lost')
            ) AS of_payment
        FROM disputes JOIN payments p ON p.id = payment_id CROSS JOIN arrived_amount(p) a
        WHERE disputes.customer_id = whose AND disputes.status IN ('open', 'lost')
        ORDER BY disputes.status = 'open', disputes.id
    LOOP
        rest := d.amount - (
            SELECT coalesce(sum(s.amount_minor), 0) FROM credit_spendings s
            WHERE s.dispute_id = d.id AND NOT EXISTS (
                SELECT FROM credits back WHERE back.source = 'dispute_won' AND back.cause_id = s.id
            )
        ) - (
            SELECT coalesce(sum(r.amount_minor), 0) FROM credit_releases r
            WHERE r.dispute_id = d.id
        );
        rest := least(rest, d.of_payment - coalesce((taken ->> d.payment_id::text)::bigint, 0));
        FOR c IN
            SELECT credits.id, credits.amount_minor - coalesce((
                SELECT sum(s.amount_minor) FROM credit_spendings s WHERE s.credit_id = credits.id
            ), 0) - coalesce((taken ->> credits.id::text)::bigint, 0) AS amount
            FROM credits
            WHERE credits.customer_id = whose AND credits.currency = d.currency
                AND credits.id IN (
                    SELECT credits_made_of(
                        whose,
                        ARRAY(
                            SELECT made.id FROM credits made
                            LEFT JOIN refunds r ON r.payment_id = d.payment_id
                            WHERE made.customer_id = whose AND (
                                made.source = 'overpayment' AND made.cause_id = d.payment_id
                                OR made.source = 'payout_failed' AND made.cause_id = r.id
                            )
                        ),
                        ARRAY(SELECT d.invoice_id WHERE d.payment_status = 'succeeded')
                    )
                )
                AND NOT EXISTS (
                    SELECT FROM credit_releases r
                    WHERE r.dispute_id = d.id AND r.credit_id = credits.id
                )
            ORDER BY credits.id
        LOOP
            EXIT WHEN rest <= 0;
            CONTINUE WHEN c.amount <= 0;
            dispute := d.id;
            credit := c.id;
            amount_minor := least(rest, c.amount);
            rest := rest - amount_minor;
            taken := taken || jsonb_build_object(
                c.id, coalesce((taken ->> c.id::text)::bigint, 0) + amount_minor,
                d.payment_id,
                coalesce((taken ->> d.payment_id::text)::bigint, 0) + amount_minor
            );
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;

CREATE FUNCTION public.credits_made_of(whose uuid, of_credits uuid[], of_invoices uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE made (credit, invoice, by_credit) AS (
        SELECT id, NULL::uuid, false FROM unnest(of_credits) AS given (id)
        UNION ALL
        SELECT NULL, id, false FROM unnest(of_invoices) AS paid (id)
        UNION
        SELECT next.* FROM made m CROSS JOIN LATERAL (
            SELECT NULL::uuid, s.invoice_id, true FROM credit_spendings s
            WHERE s.credit_id = m.credit AND s.kind = 'invoice'
            UNION ALL
            -- A later bill gives back what was paid so. What is left over of that is carried; what
            -- was paid of the bill beside it was paid otherwise.
            SELECT NULL, later.invoice_id, NULL
            FROM invoice_lines own JOIN subscription_lines t ON t.reduces_line_id = own.id
            JOIN invoice_lines later ON later.id = t.invoice_line_id
            WHERE own.invoice_id = m.invoice
            UNION ALL
            SELECT c.id, NULL, false FROM credits c
            WHERE c.customer_id = whose AND (
                c.source = 'carried' AND c.cause_id = m.invoice
                OR m.by_credit IS NOT NULL AND c.source = 'credit_note' AND c.cause_id IN (
                    SELECT n.id FROM credit_notes n WHERE n.invoice_id = m.invoice
                )
                -- Of what these bring back credit alone had paid.
                OR m.by_credit AND c.source = 'voided' AND c.cause_id = m.invoice
                OR m.by_credit AND c.source = 'returned' AND c.cause_id = (
                    SELECT i.order_id FROM invoices i WHERE i.id = m.invoice
                )
                OR c.source = 'payout_failed' AND c.cause_id IN (
                    SELECT r.id FROM refunds r
                    JOIN credit_spendings s ON s.payout_id = r.credit_payout_id
                    WHERE s.credit_id = m.credit
                )
                OR c.source = 'dispute_won' AND c.cause_id IN (
                    SELECT s.id FROM credit_spendings s
                    WHERE s.credit_id = m.credit AND s.kind = 'dispute'
                )
            )
        ) next
    )
    SELECT credit FROM made WHERE credit IS NOT NULL
    $$;

CREATE FUNCTION public.disputed_amount(p public.payments) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT least(p.amount_minor, coalesce(sum(disputed_amount(d, p)), 0)::bigint) FROM disputes d
    WHERE d.payment_id = p.id AND d.status IN ('open', 'lost')
    $$;

CREATE TABLE public.disputes (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    gateway_dispute_id text NOT NULL,
    status text NOT NULL,
    gateway_phase text NOT NULL,
    reason text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    due_by timestamp with time zone,
    has_evidence boolean DEFAULT false NOT NULL,
    settled_currency character(3),
    withdrawn_minor bigint DEFAULT 0 NOT NULL,
    reinstated_minor bigint DEFAULT 0 NOT NULL,
    fee_minor bigint DEFAULT 0 NOT NULL,
    withdrawal_move_id text,
    reinstatement_move_id text,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    freezes boolean DEFAULT false NOT NULL,
    CONSTRAINT disputes_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT disputes_check CHECK (((status = ANY (ARRAY['won'::text, 'lost'::text, 'closed'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT disputes_check1 CHECK (((withdrawal_move_id IS NULL) = (withdrawn_minor = 0))),
    CONSTRAINT disputes_check2 CHECK (((reinstatement_move_id IS NULL) = (reinstated_minor = 0))),
    CONSTRAINT disputes_check3 CHECK (((withdrawn_minor = 0) OR (settled_currency IS NOT NULL))),
    CONSTRAINT disputes_reinstated_minor_check CHECK ((reinstated_minor >= 0)),
    CONSTRAINT disputes_status_check CHECK ((status = ANY (ARRAY['inquiry'::text, 'open'::text, 'won'::text, 'lost'::text, 'closed'::text]))),
    CONSTRAINT disputes_withdrawn_minor_check CHECK ((withdrawn_minor >= 0))
);

ALTER TABLE ONLY public.disputes FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.disputed_amount(d public.disputes, p public.payments) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT disputed_amount(d, p.amount_minor, p.currency) $$;

CREATE FUNCTION public.disputed_amount(d public.disputes, most bigint, currency text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT least(most, CASE
        WHEN d.settled_currency = disputed_amount.currency AND d.withdrawn_minor > 0
            THEN d.withdrawn_minor - d.reinstated_minor
        WHEN d.currency = disputed_amount.currency THEN d.amount_minor
        ELSE most
    END)
    $$;

CREATE FUNCTION public.disputed_credits(whose uuid, standings text[] DEFAULT ARRAY['open'::text, 'lost'::text]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    -- Hardly any customer has one, and everybody's credit is asked about.
    IF NOT EXISTS (
        SELECT FROM disputes d WHERE d.customer_id = whose AND d.status = ANY(standings)
    ) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT credits_made_of(
        whose,
        ARRAY(
            SELECT c.id FROM disputes d LEFT JOIN refunds r ON r.payment_id = d.payment_id
            JOIN credits c ON c.source = 'overpayment' AND c.cause_id = d.payment_id
                OR c.source = 'payout_failed' AND c.cause_id = r.id
            WHERE d.customer_id = whose AND d.status = ANY(standings)
        ),
        ARRAY(
            SELECT p.invoice_id FROM disputes d JOIN payments p ON p.id = d.payment_id
            WHERE d.customer_id = whose AND d.status = ANY(standings) AND p.status = 'succeeded'
        )
    );
END
$$;

CREATE FUNCTION public.earned_part(amount bigint, step bigint, since timestamp with time zone, until timestamp with time zone, moment timestamp with time zone) RETURNS bigint
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

CREATE FUNCTION public.keep_coupon() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF to_jsonb(NEW) - '{used,ended_at,note}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{used,ended_at,note}'::text[]
    THEN
        RAISE EXCEPTION 'a coupon cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.keep_issued_invoice() RETURNS trigger
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

CREATE FUNCTION public.keep_issued_lines() RETURNS trigger
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

CREATE FUNCTION public.keep_issued_taxes() RETURNS trigger
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

CREATE FUNCTION public.keep_tax_rule() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF to_jsonb(NEW) - 'valid_to' IS DISTINCT FROM to_jsonb(OLD) - 'valid_to' THEN
        RAISE EXCEPTION 'a tax rule cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.note_sent_charge() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.charge_sent_at := NEW.created_at;
    RETURN NEW;
END
$$;

CREATE PROCEDURE public.protect_customer_rows(IN target regclass, IN owner_column name DEFAULT 'customer_id'::name)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY owner_rows ON %s '
        'USING ((SELECT acting_for_system()) OR %I = (SELECT acting_customer())) '
        'WITH CHECK ((SELECT acting_for_system()) OR %I = (SELECT acting_customer()))',
        target, owner_column, owner_column
    );
END
$$;

CREATE FUNCTION public.tell_license_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('license_changes', TG_ARGV[0] || ':' || CASE TG_TABLE_NAME
        WHEN 'license_usage' THEN (to_jsonb(NEW) ->> 'license_id') ELSE (to_jsonb(NEW) ->> 'id')
    END);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.tell_order_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify(
        'order_changes',
        coalesce(to_jsonb(NEW) ->> 'order_id', to_jsonb(NEW) ->> 'id')
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION public.unplaced_loss(d public.disputes, currency text) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(sum(
        CASE t.kind WHEN 'unplaced_lost' THEN e.amount_minor ELSE -e.amount_minor END
    ), 0)::bigint
    FROM ledger_transactions t
    JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount_minor > 0
    WHERE t.cause_id = d.id AND t.kind IN ('unplaced_lost', 'unplaced_loss_reversed')
        AND e.currency = unplaced_loss.currency
    $$;

CREATE TABLE public.account_removals (
    account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    wished_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    told_day date NOT NULL,
    mail_id uuid,
    mail_sent_at timestamp with time zone,
    withdrawn_because text,
    CONSTRAINT account_removals_check CHECK ((announced_at >= ended_at)),
    CONSTRAINT account_removals_check1 CHECK ((due_at >= (announced_at + '168:00:00'::interval))),
    CONSTRAINT account_removals_check2 CHECK ((wished_at >= due_at)),
    CONSTRAINT account_removals_check3 CHECK (((wished_at IS NULL) OR (withdrawn_at IS NULL))),
    CONSTRAINT account_removals_check4 CHECK ((((((due_at AT TIME ZONE 'UTC'::text))::date - told_day) >= '-1'::integer) AND ((((due_at AT TIME ZONE 'UTC'::text))::date - told_day) <= 0))),
    CONSTRAINT account_removals_check5 CHECK (((mail_id IS NOT NULL) OR (wished_at IS NOT NULL) OR (withdrawn_at IS NOT NULL))),
    CONSTRAINT account_removals_check6 CHECK (((wished_at IS NULL) = (mail_sent_at IS NULL))),
    CONSTRAINT account_removals_check7 CHECK ((wished_at >= (mail_sent_at + '168:00:00'::interval))),
    CONSTRAINT account_removals_check8 CHECK (((withdrawn_because IS NULL) OR (withdrawn_at IS NOT NULL))),
    CONSTRAINT account_removals_withdrawn_because_check CHECK ((withdrawn_because = ANY (ARRAY['taken_up'::text, 'kept'::text, 'held'::text, 'payment_page'::text, 'told_anew'::text])))
);

ALTER TABLE ONLY public.account_removals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    secret_sealed text NOT NULL,
    scopes text[] NOT NULL,
    allowed_addresses text[] DEFAULT '{}'::text[] NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_key_check CHECK ((key ~ '^npk_[A-Za-z0-9_]{8,64}$'::text)),
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_keys_scopes_check CHECK ((cardinality(scopes) > 0))
);

CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_type text NOT NULL,
    actor_id text,
    actor_label text,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    customer_id uuid,
    before jsonb,
    after jsonb,
    remote_address text,
    request_id text,
    CONSTRAINT audit_log_action_check CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT audit_log_actor_type_check CHECK ((actor_type = ANY (ARRAY['user'::text, 'api_key'::text, 'job'::text, 'gateway'::text, 'system'::text, 'anonymous'::text])))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.balance_moves (
    id text NOT NULL,
    gateway text NOT NULL,
    kind text NOT NULL,
    source text,
    intent text,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    first_seen_in uuid NOT NULL,
    transaction_id uuid,
    CONSTRAINT balance_moves_gateway_check CHECK ((gateway = 'stripe'::text))
);

CREATE TABLE public.coupon_amounts (
    coupon_id uuid NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT coupon_amounts_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT coupon_amounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

CREATE TABLE public.coupon_uses (
    id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_id uuid NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    released_at timestamp with time zone
);

ALTER TABLE ONLY public.coupon_uses FORCE ROW LEVEL SECURITY;

CREATE TABLE public.coupons (
    id uuid NOT NULL,
    code text NOT NULL,
    note text,
    basis_points integer,
    periods integer,
    plans uuid[],
    is_first_order_only boolean NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    total_limit integer,
    customer_limit integer,
    used integer DEFAULT 0 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT coupons_basis_points_check CHECK (((basis_points >= 1) AND (basis_points <= 10000))),
    CONSTRAINT coupons_check CHECK ((valid_from < valid_to)),
    CONSTRAINT coupons_check1 CHECK ((used <= total_limit)),
    CONSTRAINT coupons_code_check CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{1,39}$'::text)),
    CONSTRAINT coupons_customer_limit_check CHECK ((customer_limit >= 1)),
    CONSTRAINT coupons_note_check CHECK (((length(note) >= 1) AND (length(note) <= 200))),
    CONSTRAINT coupons_periods_check CHECK (((periods >= 1) AND (periods <= 1000))),
    CONSTRAINT coupons_plans_check CHECK (((cardinality(plans) >= 1) AND (cardinality(plans) <= 100))),
    CONSTRAINT coupons_total_limit_check CHECK ((total_limit >= 1)),
    CONSTRAINT coupons_used_check CHECK ((used >= 0))
);

CREATE TABLE public.credit_holds (
    payment_id uuid NOT NULL,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT credit_holds_amount_minor_check CHECK ((amount_minor > 0))
);

ALTER TABLE ONLY public.credit_holds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_note_lines (
    credit_note_id uuid NOT NULL,
    "position" integer NOT NULL,
    customer_id uuid NOT NULL,
    invoice_line_id uuid NOT NULL,
    description text NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    CONSTRAINT credit_note_lines_check CHECK (((tax_minor >= 0) AND (tax_minor <= total_minor))),
    CONSTRAINT credit_note_lines_position_check CHECK (("position" >= 0)),
    CONSTRAINT credit_note_lines_total_minor_check CHECK ((total_minor > 0))
);

ALTER TABLE ONLY public.credit_note_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_note_pdfs (
    credit_note_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    bytes bytea NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT credit_note_pdfs_are_whole CHECK ((sha256 = sha256(bytes))),
    CONSTRAINT credit_note_pdfs_bytes_check CHECK ((length(bytes) > 0))
);
ALTER TABLE ONLY public.credit_note_pdfs ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.credit_note_pdfs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_note_taxes (
    credit_note_id uuid NOT NULL,
    "position" integer NOT NULL,
    customer_id uuid NOT NULL,
    component text NOT NULL,
    country character(2) NOT NULL,
    region text,
    rate integer NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT credit_note_taxes_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT credit_note_taxes_component_check CHECK (((length(component) >= 1) AND (length(component) <= 40))),
    CONSTRAINT credit_note_taxes_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT credit_note_taxes_position_check CHECK (("position" >= 0)),
    CONSTRAINT credit_note_taxes_rate_check CHECK (((rate >= 0) AND (rate <= 1000000))),
    CONSTRAINT credit_note_taxes_region_check CHECK (((length(region) >= 1) AND (length(region) <= 100)))
);

ALTER TABLE ONLY public.credit_note_taxes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_notes (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    series_id text NOT NULL,
    number bigint NOT NULL,
    number_text text NOT NULL,
    currency character(3) NOT NULL,
    is_tax_inclusive boolean NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    owed_minor bigint NOT NULL,
    is_refunded boolean NOT NULL,
    reason text NOT NULL,
    seller jsonb NOT NULL,
    buyer jsonb NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    asked_with text,
    CONSTRAINT credit_notes_asked_with_check CHECK (((length(asked_with) >= 1) AND (length(asked_with) <= 255))),
    CONSTRAINT credit_notes_check CHECK (((tax_minor >= 0) AND (tax_minor <= total_minor))),
    CONSTRAINT credit_notes_check1 CHECK (((owed_minor >= 0) AND (owed_minor <= total_minor))),
    CONSTRAINT credit_notes_check2 CHECK (((NOT is_refunded) OR (owed_minor < total_minor))),
    CONSTRAINT credit_notes_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT credit_notes_total_minor_check CHECK ((total_minor > 0))
);

ALTER TABLE ONLY public.credit_notes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_payouts (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    way text NOT NULL,
    reference text,
    reason text NOT NULL,
    paid_by uuid,
    asked_with text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT credit_payouts_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT credit_payouts_asked_with_check CHECK (((length(asked_with) >= 1) AND (length(asked_with) <= 255))),
    CONSTRAINT credit_payouts_check CHECK (((way = 'bank_transfer'::text) = (reference IS NOT NULL))),
    CONSTRAINT credit_payouts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT credit_payouts_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT credit_payouts_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200))),
    CONSTRAINT credit_payouts_way_check CHECK ((way = ANY (ARRAY['card'::text, 'bank_transfer'::text])))
);

ALTER TABLE ONLY public.credit_payouts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_releases (
    dispute_id uuid NOT NULL,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT credit_releases_amount_minor_check CHECK ((amount_minor > 0))
);

ALTER TABLE ONLY public.credit_releases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credit_spendings (
    id uuid NOT NULL,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    invoice_id uuid,
    amount_minor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    payout_id uuid,
    dispute_id uuid,
    CONSTRAINT credit_spendings_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT credit_spendings_check CHECK (((kind = 'invoice'::text) = (invoice_id IS NOT NULL))),
    CONSTRAINT credit_spendings_check1 CHECK (((kind = 'refund'::text) = (payout_id IS NOT NULL))),
    CONSTRAINT credit_spendings_check2 CHECK (((kind = 'dispute'::text) = (dispute_id IS NOT NULL))),
    CONSTRAINT credit_spendings_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'refund'::text, 'expiry'::text, 'revocation'::text, 'dispute'::text])))
);

ALTER TABLE ONLY public.credit_spendings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credits (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    source text NOT NULL,
    cause_id uuid,
    reason text,
    granted_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    idempotency_key text,
    CONSTRAINT credits_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT credits_check CHECK ((expires_at > created_at)),
    CONSTRAINT credits_check1 CHECK (((source = 'grant'::text) = (cause_id IS NULL))),
    CONSTRAINT credits_check2 CHECK (((source = 'grant'::text) = (reason IS NOT NULL))),
    CONSTRAINT credits_check3 CHECK (((source = 'grant'::text) OR ((granted_by IS NULL) AND (expires_at IS NULL)))),
    CONSTRAINT credits_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT credits_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT credits_source_check CHECK ((source = ANY (ARRAY['grant'::text, 'overpayment'::text, 'carried'::text, 'credit_note'::text, 'returned'::text, 'voided'::text, 'payout_failed'::text, 'dispute_won'::text])))
);

ALTER TABLE ONLY public.credits FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customers (
    id uuid NOT NULL,
    name text NOT NULL,
    company text,
    email text NOT NULL,
    phone_country_code text,
    phone text,
    address_line1 text,
    address_line2 text,
    city text,
    state text,
    postal_code text,
    country character(2),
    created_at timestamp with time zone NOT NULL,
    dunning_exempt boolean DEFAULT false NOT NULL,
    vat_number text,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    currency character(3),
    CONSTRAINT customers_address_line1_check CHECK (((length(address_line1) >= 1) AND (length(address_line1) <= 200))),
    CONSTRAINT customers_address_line2_check CHECK (((length(address_line2) >= 1) AND (length(address_line2) <= 200))),
    CONSTRAINT customers_city_check CHECK (((length(city) >= 1) AND (length(city) <= 100))),
    CONSTRAINT customers_company_check CHECK (((length(company) >= 1) AND (length(company) <= 200))),
    CONSTRAINT customers_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT customers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT customers_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT customers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT customers_phone_check CHECK ((phone ~ '^[0-9]{4,14}$'::text)),
    CONSTRAINT customers_phone_country_code_check CHECK ((phone_country_code ~ '^[0-9]{1,3}$'::text)),
    CONSTRAINT customers_postal_code_check CHECK (((length(postal_code) >= 1) AND (length(postal_code) <= 16))),
    CONSTRAINT customers_state_check CHECK (((length(state) >= 1) AND (length(state) <= 100))),
    CONSTRAINT customers_time_zone_check CHECK ((time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'::text)),
    CONSTRAINT customers_vat_number_check CHECK ((vat_number ~ '^[A-Z]{2}[A-Z0-9+*]{2,12}$'::text))
);

ALTER TABLE ONLY public.customers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.domain_costs (
    ending text NOT NULL,
    action text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    CONSTRAINT domain_costs_action_check CHECK ((action = ANY (ARRAY['register'::text, 'transfer'::text]))),
    CONSTRAINT domain_costs_amount_minor_check CHECK (((amount_minor >= 0) AND (amount_minor <= 100000000))),
    CONSTRAINT domain_costs_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT domain_costs_ending_check CHECK ((ending ~ '^[a-z0-9-]+(\.[a-z0-9-]+)?$'::text))
);

CREATE TABLE public.domain_operations (
    id uuid NOT NULL,
    domain_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    parameters jsonb NOT NULL,
    status text NOT NULL,
    outcome text,
    cost_minor bigint,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    finished_at timestamp with time zone,
    cost_currency character(3),
    CONSTRAINT domain_operations_check CHECK (((cost_minor IS NULL) = (cost_currency IS NULL))),
    CONSTRAINT domain_operations_check1 CHECK (((cost_minor IS NULL) OR (status = 'confirmed'::text))),
    CONSTRAINT domain_operations_cost_currency_check CHECK ((cost_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT domain_operations_cost_minor_check CHECK ((cost_minor >= 0)),
    CONSTRAINT domain_operations_kind_check CHECK ((kind = ANY (ARRAY['register'::text, 'transfer'::text]))),
    CONSTRAINT domain_operations_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'pending'::text, 'confirmed'::text, 'rejected'::text, 'unknown'::text])))
);

ALTER TABLE ONLY public.domain_operations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.domain_prices (
    ending text NOT NULL,
    action text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT domain_prices_action_check CHECK ((action = ANY (ARRAY['register'::text, 'transfer'::text, 'renew'::text]))),
    CONSTRAINT domain_prices_amount_minor_check CHECK (((amount_minor >= 0) AND (amount_minor <= 100000000))),
    CONSTRAINT domain_prices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT domain_prices_ending_check CHECK ((ending ~ '^[a-z0-9-]+(\.[a-z0-9-]+)?$'::text))
);

CREATE TABLE public.domains (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_item_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    registrar text,
    registrar_order text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT domains_check CHECK (((kind = 'own'::text) = (registrar IS NULL))),
    CONSTRAINT domains_kind_check CHECK ((kind = ANY (ARRAY['registered'::text, 'transferred'::text, 'own'::text]))),
    CONSTRAINT domains_name_check CHECK ((name = lower(name))),
    CONSTRAINT domains_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'failed'::text, 'expired'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.domains FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dunning_cases (
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT dunning_cases_check CHECK (((next_at IS NULL) = (closed_at IS NOT NULL)))
);

ALTER TABLE ONLY public.dunning_cases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dunning_policies (
    id uuid NOT NULL,
    name text NOT NULL,
    retry_days bigint[] NOT NULL,
    reminder_days bigint[] NOT NULL,
    suspension_day integer,
    notice_day integer,
    termination_day integer,
    is_default boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT dunning_policies_check CHECK (((notice_day IS NULL) = (termination_day IS NULL))),
    CONSTRAINT dunning_policies_check1 CHECK (((termination_day IS NULL) OR (((suspension_day < termination_day) AND (notice_day < termination_day)) IS TRUE))),
    CONSTRAINT dunning_policies_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT dunning_policies_notice_day_check CHECK (((notice_day >= 0) AND (notice_day <= 365))),
    CONSTRAINT dunning_policies_reminder_days_check CHECK ((cardinality(reminder_days) <= 12)),
    CONSTRAINT dunning_policies_retry_days_check CHECK ((cardinality(retry_days) <= 4)),
    CONSTRAINT dunning_policies_suspension_day_check CHECK (((suspension_day >= 0) AND (suspension_day <= 365))),
    CONSTRAINT dunning_policies_termination_day_check CHECK (((termination_day >= 0) AND (termination_day <= 365)))
);

CREATE TABLE public.dunning_restarts (
    invoice_id uuid NOT NULL,
    round integer NOT NULL,
    customer_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT dunning_restarts_round_check CHECK ((round >= 2))
);

ALTER TABLE ONLY public.dunning_restarts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dunning_steps (
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    action text NOT NULL,
    number bigint NOT NULL,
    done_at timestamp with time zone NOT NULL,
    round integer DEFAULT 1 NOT NULL,
    CONSTRAINT dunning_steps_action_check CHECK ((action = ANY (ARRAY['remind'::text, 'ask_to_confirm'::text, 'ask_for_card'::text, 'suspend'::text, 'give_notice'::text, 'terminate'::text]))),
    CONSTRAINT dunning_steps_round_check CHECK ((round >= 1))
);

ALTER TABLE ONLY public.dunning_steps FORCE ROW LEVEL SECURITY;

CREATE TABLE public.email_outbox (
    id uuid NOT NULL,
    customer_id uuid,
    template text NOT NULL,
    cause_type text NOT NULL,
    cause_id text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body_text_sealed text NOT NULL,
    body_html_sealed text NOT NULL,
    status text NOT NULL,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    invoice_id uuid,
    attaches_document boolean DEFAULT false NOT NULL,
    credit_note_id uuid,
    CONSTRAINT email_outbox_check CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT email_outbox_check1 CHECK (((NOT attaches_document) OR (invoice_id IS NOT NULL))),
    CONSTRAINT email_outbox_check2 CHECK (((credit_note_id IS NULL) OR (invoice_id IS NOT NULL))),
    CONSTRAINT email_outbox_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.email_outbox FORCE ROW LEVEL SECURITY;

CREATE TABLE public.gateway_customers (
    customer_id uuid NOT NULL,
    gateway text NOT NULL,
    idempotency_key text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    remote_id text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT gateway_customers_gateway_check CHECK ((gateway = 'stripe'::text))
);

ALTER TABLE ONLY public.gateway_customers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hosting_accounts (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_item_id uuid,
    server_id uuid NOT NULL,
    remote_user_id bigint,
    username text NOT NULL,
    email text NOT NULL,
    account_type text NOT NULL,
    parameters jsonb NOT NULL,
    password_sealed text,
    status text NOT NULL,
    suspended_reason text,
    panel_license_status text,
    sent_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    terminated_at timestamp with time zone,
    refusal text,
    renames integer DEFAULT 0 NOT NULL,
    wish text,
    wish_reason text,
    wish_number integer DEFAULT 0 NOT NULL,
    wish_settled integer DEFAULT 0 NOT NULL,
    wish_failure text,
    panel_state text,
    panel_seen_at timestamp with time zone,
    plan_number integer DEFAULT 0 NOT NULL,
    plan_settled integer DEFAULT 0 NOT NULL,
    plan_note text,
    wish_unanswered integer,
    CONSTRAINT hosting_accounts_account_type_check CHECK ((account_type = ANY (ARRAY['panel'::text, 'reseller'::text, 'master-reseller'::text]))),
    CONSTRAINT hosting_accounts_check CHECK (((status <> ALL (ARRAY['active'::text, 'suspended'::text])) OR (remote_user_id IS NOT NULL))),
    CONSTRAINT hosting_accounts_check1 CHECK (((status = 'suspended'::text) = (suspended_reason IS NOT NULL))),
    CONSTRAINT hosting_accounts_check2 CHECK (((status = ANY (ARRAY['terminated'::text, 'failed'::text])) = (terminated_at IS NOT NULL))),
    CONSTRAINT hosting_accounts_check3 CHECK (((wish_settled >= 0) AND (wish_settled <= wish_number))),
    CONSTRAINT hosting_accounts_check4 CHECK (((wish IS NULL) = (wish_number = 0))),
    CONSTRAINT hosting_accounts_check5 CHECK (((wish_reason IS NOT NULL) = (COALESCE(wish, ''::text) = 'suspended'::text))),
    CONSTRAINT hosting_accounts_check6 CHECK (((wish_failure IS NULL) OR (wish_settled > 0))),
    CONSTRAINT hosting_accounts_check7 CHECK ((wish_unanswered <= wish_settled)),
    CONSTRAINT hosting_accounts_panel_license_status_check CHECK ((panel_license_status = ANY (ARRAY['accepted'::text, 'not_supported'::text]))),
    CONSTRAINT hosting_accounts_panel_state_check CHECK ((panel_state = ANY (ARRAY['active'::text, 'suspended'::text, 'missing'::text]))),
    CONSTRAINT hosting_accounts_plan_note_check CHECK (((length(plan_note) >= 1) AND (length(plan_note) <= 500))),
    CONSTRAINT hosting_accounts_plan_number_check CHECK ((plan_number >= 0)),
    CONSTRAINT hosting_accounts_plan_settled_check CHECK ((plan_settled >= 0)),
    CONSTRAINT hosting_accounts_renames_check CHECK ((renames >= 0)),
    CONSTRAINT hosting_accounts_status_check CHECK ((status = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text, 'terminated'::text, 'failed'::text]))),
    CONSTRAINT hosting_accounts_username_check CHECK (((length(username) >= 2) AND (length(username) <= 255))),
    CONSTRAINT hosting_accounts_wish_check CHECK ((wish = ANY (ARRAY['active'::text, 'suspended'::text, 'terminated'::text])))
);

ALTER TABLE ONLY public.hosting_accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.idempotency_keys (
    actor text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    response_status integer,
    response_body text,
    response_type text,
    created_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT idempotency_keys_check CHECK (((response_status IS NULL) = (locked_until IS NOT NULL))),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

CREATE TABLE public.invoice_line_taxes (
    line_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    "position" integer NOT NULL,
    component text NOT NULL,
    country character(2) NOT NULL,
    region text,
    rate integer NOT NULL,
    is_compound boolean NOT NULL,
    base_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT invoice_line_taxes_component_check CHECK (((length(component) >= 1) AND (length(component) <= 40))),
    CONSTRAINT invoice_line_taxes_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT invoice_line_taxes_position_check CHECK (("position" >= 0)),
    CONSTRAINT invoice_line_taxes_rate_check CHECK (((rate >= 0) AND (rate <= 1000000))),
    CONSTRAINT invoice_line_taxes_region_check CHECK (((length(region) >= 1) AND (length(region) <= 100)))
);

ALTER TABLE ONLY public.invoice_line_taxes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoice_lines (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    order_item_id uuid,
    description text NOT NULL,
    quantity bigint NOT NULL,
    unit_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    discount_minor bigint DEFAULT 0 NOT NULL,
    tax_minor bigint DEFAULT 0 NOT NULL,
    period_start timestamp with time zone,
    period_end timestamp with time zone,
    CONSTRAINT invoice_lines_check1 CHECK ((amount_minor = (quantity * unit_minor))),
    CONSTRAINT invoice_lines_check2 CHECK (((period_start IS NULL) = (period_end IS NULL))),
    CONSTRAINT invoice_lines_check3 CHECK ((period_start < period_end)),
    CONSTRAINT invoice_lines_discount_fits CHECK (((discount_minor >= LEAST(amount_minor, (0)::bigint)) AND (discount_minor <= GREATEST(amount_minor, (0)::bigint)))),
    CONSTRAINT invoice_lines_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'domain'::text, 'subscription'::text, 'manual'::text]))),
    CONSTRAINT invoice_lines_position_check CHECK (("position" >= 0)),
    CONSTRAINT invoice_lines_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT invoice_lines_tax_fits CHECK (((tax_minor = 0) OR (sign((tax_minor)::double precision) = sign((amount_minor)::double precision)))),
    CONSTRAINT invoice_lines_unit_minor_check CHECK (((unit_minor >= 0) OR (kind = 'subscription'::text)))
);

ALTER TABLE ONLY public.invoice_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoice_links (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT invoice_links_check CHECK ((expires_at > created_at)),
    CONSTRAINT invoice_links_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.invoice_links FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoice_pdfs (
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    bytes bytea NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT invoice_pdfs_are_whole CHECK ((sha256 = sha256(bytes))),
    CONSTRAINT invoice_pdfs_bytes_check CHECK ((length(bytes) > 0))
);
ALTER TABLE ONLY public.invoice_pdfs ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.invoice_pdfs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoice_series (
    id text NOT NULL,
    next_number bigint DEFAULT 1 NOT NULL,
    CONSTRAINT invoice_series_next_number_check CHECK ((next_number > 0))
);

CREATE TABLE public.invoice_voidances (
    invoice_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT invoice_voidances_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY public.invoice_voidances FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_id uuid,
    series_id text,
    number bigint,
    number_text text,
    status text NOT NULL,
    currency character(3) NOT NULL,
    subtotal_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    paid_minor bigint DEFAULT 0 NOT NULL,
    seller jsonb,
    buyer jsonb,
    created_at timestamp with time zone NOT NULL,
    issued_at timestamp with time zone,
    due_at timestamp with time zone,
    paid_at timestamp with time zone,
    is_tax_inclusive boolean DEFAULT false NOT NULL,
    carried_minor bigint DEFAULT 0 NOT NULL,
    credited_minor bigint DEFAULT 0 NOT NULL,
    notes text[] DEFAULT '{}'::text[] NOT NULL,
    tax_reasons text[] DEFAULT '{}'::text[] NOT NULL,
    tax_unit text DEFAULT 'line'::text NOT NULL,
    tax_rounding text DEFAULT 'half_even'::text NOT NULL,
    memo text,
    CONSTRAINT invoices_carried_minor_check CHECK ((carried_minor >= 0)),
    CONSTRAINT invoices_carried_owes_nothing CHECK (((carried_minor = 0) OR (total_minor = 0))),
    CONSTRAINT invoices_check3 CHECK (((status = 'draft'::text) = (number IS NULL))),
    CONSTRAINT invoices_check4 CHECK (((number IS NULL) = (number_text IS NULL))),
    CONSTRAINT invoices_check5 CHECK (((number IS NULL) = (series_id IS NULL))),
    CONSTRAINT invoices_check6 CHECK (((number IS NULL) = (issued_at IS NULL))),
    CONSTRAINT invoices_check7 CHECK (((number IS NULL) = (seller IS NULL))),
    CONSTRAINT invoices_check8 CHECK (((number IS NULL) = (buyer IS NULL))),
    CONSTRAINT invoices_check9 CHECK (((status = 'paid'::text) = (paid_at IS NOT NULL))),
    CONSTRAINT invoices_credited_minor_check CHECK ((credited_minor >= 0)),
    CONSTRAINT invoices_memo_check CHECK (((length(memo) >= 1) AND (length(memo) <= 2000))),
    CONSTRAINT invoices_paid_lacks_nothing CHECK (((status <> 'paid'::text) OR ((paid_minor + credited_minor) = total_minor))),
    CONSTRAINT invoices_settled_within_total CHECK (((paid_minor >= 0) AND ((paid_minor + credited_minor) <= total_minor))),
    CONSTRAINT invoices_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'paid'::text, 'void'::text, 'uncollectible'::text]))),
    CONSTRAINT invoices_tax_rounding_check CHECK ((tax_rounding = ANY (ARRAY['half_even'::text, 'half_away_from_zero'::text, 'towards_zero'::text]))),
    CONSTRAINT invoices_tax_unit_check CHECK ((tax_unit = ANY (ARRAY['line'::text, 'invoice'::text]))),
    CONSTRAINT invoices_total_is_sum CHECK ((total_minor = (((subtotal_minor - discount_minor) +
CASE
    WHEN is_tax_inclusive THEN (0)::bigint
    ELSE tax_minor
END) + carried_minor))),
    CONSTRAINT invoices_total_minor_check CHECK ((total_minor >= 0))
);

ALTER TABLE ONLY public.invoices FORCE ROW LEVEL SECURITY;

CREATE TABLE public.jobs (
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    dedup_key text,
    slot text,
    order_id uuid,
    status text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    lease_token uuid,
    leased_until timestamp with time zone,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    losses integer DEFAULT 0 NOT NULL,
    CONSTRAINT jobs_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT jobs_check CHECK (((status = 'running'::text) = (leased_until IS NOT NULL))),
    CONSTRAINT jobs_check1 CHECK (((status = 'running'::text) = (lease_token IS NOT NULL))),
    CONSTRAINT jobs_check2 CHECK (((status = ANY (ARRAY['done'::text, 'dead'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT jobs_losses_check CHECK ((losses >= 0)),
    CONSTRAINT jobs_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'dead'::text])))
);

CREATE TABLE public.ledger_accounts (
    id uuid NOT NULL,
    kind text NOT NULL,
    customer_id uuid,
    gateway text,
    currency character(3) NOT NULL,
    CONSTRAINT ledger_accounts_check CHECK (((kind = ANY (ARRAY['receivable'::text, 'customer_credit'::text])) = (customer_id IS NOT NULL))),
    CONSTRAINT ledger_accounts_check1 CHECK (((kind = ANY (ARRAY['clearing'::text, 'fees'::text])) = (gateway IS NOT NULL))),
    CONSTRAINT ledger_accounts_kind_check CHECK ((kind = ANY (ARRAY['receivable'::text, 'clearing'::text, 'revenue'::text, 'deferred_revenue'::text, 'tax'::text, 'customer_credit'::text, 'refunds'::text, 'fees'::text, 'domain_costs'::text, 'suspense'::text, 'disputes'::text, 'dispute_losses'::text, 'bad_debt'::text, 'promotions'::text, 'payables'::text, 'exchange'::text])))
);

ALTER TABLE ONLY public.ledger_accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_entries (
    id bigint NOT NULL,
    transaction_id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    CONSTRAINT ledger_entries_amount_minor_check CHECK ((amount_minor <> 0))
);

ALTER TABLE public.ledger_entries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ledger_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_transactions (
    id uuid NOT NULL,
    kind text NOT NULL,
    cause_type text NOT NULL,
    cause_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.license_usage (
    license_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    resource text NOT NULL,
    used bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT license_usage_resource_check CHECK ((resource = ANY (ARRAY['accounts'::text, 'domains'::text, 'databases'::text, 'emails'::text]))),
    CONSTRAINT license_usage_used_check CHECK ((used >= 0))
);

ALTER TABLE ONLY public.license_usage FORCE ROW LEVEL SECURITY;

CREATE TABLE public.licenses (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    key_sealed text NOT NULL,
    key_hint text NOT NULL,
    status text NOT NULL,
    max_accounts bigint,
    max_domains bigint,
    max_databases bigint,
    max_emails bigint,
    expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    held_at timestamp with time zone,
    CONSTRAINT licenses_held_are_stopped CHECK (((held_at IS NULL) OR (status <> 'active'::text))),
    CONSTRAINT licenses_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT licenses_key_hint_check CHECK ((length(key_hint) = 4)),
    CONSTRAINT licenses_max_accounts_check CHECK ((max_accounts >= 0)),
    CONSTRAINT licenses_max_databases_check CHECK ((max_databases >= 0)),
    CONSTRAINT licenses_max_domains_check CHECK ((max_domains >= 0)),
    CONSTRAINT licenses_max_emails_check CHECK ((max_emails >= 0)),
    CONSTRAINT licenses_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'expired'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.licenses FORCE ROW LEVEL SECURITY;

CREATE TABLE public.line_earnings (
    line_id uuid NOT NULL,
    earned_minor bigint DEFAULT 0 NOT NULL,
    is_running boolean DEFAULT true NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.login_throttles (
    key text NOT NULL,
    failures integer NOT NULL,
    last_failure_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone NOT NULL,
    CONSTRAINT login_throttles_failures_check CHECK ((failures > 0))
);

CREATE TABLE public.one_time_tokens (
    id uuid NOT NULL,
    purpose text NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid,
    subject_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_time_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['verify_email'::text, 'reset_password'::text, 'reveal_password'::text, 'first_admin'::text]))),
    CONSTRAINT one_time_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.order_items (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    "position" integer NOT NULL,
    plan_id uuid NOT NULL,
    price_id uuid NOT NULL,
    plan_name text NOT NULL,
    billing_cycle text NOT NULL,
    plan_amount_minor bigint NOT NULL,
    max_accounts bigint,
    max_domains bigint,
    max_databases bigint,
    max_emails bigint,
    domain_name text,
    domain_action text,
    domain_years integer,
    domain_amount_minor bigint DEFAULT 0 NOT NULL,
    domain_auth_code_sealed text,
    quantity integer DEFAULT 1 NOT NULL,
    CONSTRAINT order_items_billing_cycle_check CHECK ((billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text]))),
    CONSTRAINT order_items_check CHECK (((domain_name IS NULL) = (domain_action IS NULL))),
    CONSTRAINT order_items_check1 CHECK (((domain_action IS DISTINCT FROM 'register'::text) OR (domain_years IS NOT NULL))),
    CONSTRAINT order_items_check2 CHECK ((((domain_action = 'transfer'::text) IS TRUE) = (domain_auth_code_sealed IS NOT NULL))),
    CONSTRAINT order_items_domain_action_check CHECK ((domain_action = ANY (ARRAY['register'::text, 'transfer'::text, 'own'::text]))),
    CONSTRAINT order_items_domain_amount_minor_check CHECK ((domain_amount_minor >= 0)),
    CONSTRAINT order_items_domain_years_check CHECK (((domain_years >= 1) AND (domain_years <= 10))),
    CONSTRAINT order_items_plan_amount_minor_check CHECK ((plan_amount_minor >= 0)),
    CONSTRAINT order_items_position_check CHECK (("position" >= 0)),
    CONSTRAINT order_items_quantity_check CHECK ((quantity >= 1))
);

ALTER TABLE ONLY public.order_items FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.order_numbers
    START WITH 10001
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.order_steps (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    item_id uuid,
    "position" integer NOT NULL,
    name text NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    detail text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    buyer_note text,
    retried_at timestamp with time zone,
    CONSTRAINT order_steps_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT order_steps_check CHECK (((name = 'payment'::text) = (item_id IS NULL))),
    CONSTRAINT order_steps_check1 CHECK (((status = ANY (ARRAY['pending'::text, 'running'::text])) = (finished_at IS NULL))),
    CONSTRAINT order_steps_name_check CHECK ((name = ANY (ARRAY['payment'::text, 'license'::text, 'domain'::text, 'hosting_account'::text, 'panel_license'::text, 'welcome_email'::text]))),
    CONSTRAINT order_steps_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'compensated'::text, 'skipped'::text])))
);

ALTER TABLE ONLY public.order_steps FORCE ROW LEVEL SECURITY;

CREATE TABLE public.orders (
    id uuid NOT NULL,
    number bigint DEFAULT nextval('public.order_numbers'::regclass) NOT NULL,
    customer_id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text NOT NULL,
    currency character(3) NOT NULL,
    subtotal_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    idempotency_key text,
    created_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    finished_at timestamp with time zone,
    is_tax_inclusive boolean DEFAULT false NOT NULL,
    CONSTRAINT orders_check CHECK (((discount_minor >= 0) AND (discount_minor <= subtotal_minor))),
    CONSTRAINT orders_check2 CHECK (((status = ANY (ARRAY['pending'::text, 'cancelled'::text])) = (paid_at IS NULL))),
    CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'paid'::text, 'fulfilling'::text, 'completed'::text, 'attention'::text, 'cancelled'::text, 'refunded'::text]))),
    CONSTRAINT orders_subtotal_minor_check CHECK ((subtotal_minor >= 0)),
    CONSTRAINT orders_tax_minor_check CHECK ((tax_minor >= 0)),
    CONSTRAINT orders_total_is_sum CHECK ((total_minor = ((subtotal_minor - discount_minor) +
CASE
    WHEN is_tax_inclusive THEN (0)::bigint
    ELSE tax_minor
END)))
);

ALTER TABLE ONLY public.orders FORCE ROW LEVEL SECURITY;

CREATE TABLE public.payment_methods (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    gateway text NOT NULL,
    gateway_method_id text NOT NULL,
    brand text NOT NULL,
    last_digits text NOT NULL,
    expires_month integer NOT NULL,
    expires_year integer NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    fingerprint text,
    unusable_since timestamp with time zone,
    decline_code text,
    CONSTRAINT payment_methods_brand_check CHECK (((length(brand) >= 1) AND (length(brand) <= 40))),
    CONSTRAINT payment_methods_check CHECK (((NOT is_default) OR (removed_at IS NULL))),
    CONSTRAINT payment_methods_decline_code_check CHECK (((length(decline_code) >= 1) AND (length(decline_code) <= 100))),
    CONSTRAINT payment_methods_expires_month_check CHECK (((expires_month >= 1) AND (expires_month <= 12))),
    CONSTRAINT payment_methods_expires_year_check CHECK (((expires_year >= 2000) AND (expires_year <= 2999))),
    CONSTRAINT payment_methods_fingerprint_check CHECK (((length(fingerprint) >= 1) AND (length(fingerprint) <= 255))),
    CONSTRAINT payment_methods_gateway_check CHECK ((gateway = 'stripe'::text)),
    CONSTRAINT payment_methods_last_digits_check CHECK ((last_digits ~ '^[0-9]{4}$'::text)),
    CONSTRAINT payment_methods_refused_for_a_reason CHECK (((unusable_since IS NULL) = (decline_code IS NULL))),
    CONSTRAINT payment_methods_refused_is_no_default CHECK (((NOT is_default) OR (unusable_since IS NULL)))
);

ALTER TABLE ONLY public.payment_methods FORCE ROW LEVEL SECURITY;

CREATE TABLE public.payouts (
    id uuid NOT NULL,
    gateway text NOT NULL,
    gateway_payout_id text NOT NULL,
    balance_move_id text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    failure_move_id text,
    failed_at timestamp with time zone,
    CONSTRAINT payouts_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT payouts_check CHECK (((failure_move_id IS NULL) = (failed_at IS NULL))),
    CONSTRAINT payouts_gateway_check CHECK ((gateway = 'stripe'::text))
);

CREATE TABLE public.plans (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    "position" integer NOT NULL,
    max_accounts bigint,
    max_domains bigint,
    max_databases bigint,
    max_emails bigint,
    features text[] NOT NULL,
    package_id bigint,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    dunning_policy_id uuid,
    CONSTRAINT plans_description_check CHECK ((length(description) <= 1000)),
    CONSTRAINT plans_max_accounts_check CHECK ((max_accounts >= 0)),
    CONSTRAINT plans_max_databases_check CHECK ((max_databases >= 0)),
    CONSTRAINT plans_max_domains_check CHECK ((max_domains >= 0)),
    CONSTRAINT plans_max_emails_check CHECK ((max_emails >= 0)),
    CONSTRAINT plans_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT plans_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 60)))
);

CREATE TABLE public.prices (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    billing_cycle text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT prices_amount_minor_check CHECK (((amount_minor >= 0) AND (amount_minor <= 100000000))),
    CONSTRAINT prices_billing_cycle_check CHECK ((billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text]))),
    CONSTRAINT prices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

CREATE TABLE public.reconciliation_findings (
    id uuid NOT NULL,
    gateway text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    object_id text,
    at_processor_minor bigint,
    in_books_minor bigint,
    currency character(3) NOT NULL,
    detail text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    found_in uuid NOT NULL,
    found_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolution text,
    CONSTRAINT reconciliation_findings_check CHECK (((resolved_at IS NULL) = (resolution IS NULL))),
    CONSTRAINT reconciliation_findings_gateway_check CHECK ((gateway = 'stripe'::text)),
    CONSTRAINT reconciliation_findings_kind_check CHECK ((kind = ANY (ARRAY['not_in_books'::text, 'not_at_processor'::text, 'other_amount'::text, 'other_fee'::text]))),
    CONSTRAINT reconciliation_findings_resolution_check CHECK (((length(resolution) >= 1) AND (length(resolution) <= 500)))
);

CREATE TABLE public.reconciliations (
    id uuid NOT NULL,
    gateway text NOT NULL,
    from_time timestamp with time zone NOT NULL,
    until_time timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    moves integer NOT NULL,
    matched integer NOT NULL,
    found integer NOT NULL,
    resolved integer NOT NULL,
    CONSTRAINT reconciliations_check CHECK (((matched >= 0) AND (matched <= moves))),
    CONSTRAINT reconciliations_check1 CHECK ((from_time < until_time)),
    CONSTRAINT reconciliations_found_check CHECK ((found >= 0)),
    CONSTRAINT reconciliations_gateway_check CHECK ((gateway = 'stripe'::text)),
    CONSTRAINT reconciliations_moves_check CHECK ((moves >= 0)),
    CONSTRAINT reconciliations_resolved_check CHECK ((resolved >= 0))
);

CREATE TABLE public.refresh_families (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_because text
);

CREATE TABLE public.refresh_tokens (
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT refresh_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.refunds (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    idempotency_key text NOT NULL,
    gateway_refund_id text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    kind text NOT NULL,
    source text NOT NULL,
    succeeded_at timestamp with time zone,
    failure text,
    dealt_with_at timestamp with time zone,
    balance_move_id text,
    fee_minor bigint,
    fee_currency character(3),
    asked_with text,
    credit_payout_id uuid,
    settled_minor bigint,
    settled_currency character(3),
    returned_minor bigint,
    CONSTRAINT refunds_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT refunds_asked_with_check CHECK (((length(asked_with) >= 1) AND (length(asked_with) <= 255))),
    CONSTRAINT refunds_check CHECK (((status <> 'succeeded'::text) OR (succeeded_at IS NOT NULL))),
    CONSTRAINT refunds_check1 CHECK (((status = ANY (ARRAY['succeeded'::text, 'failed'::text])) OR (succeeded_at IS NULL))),
    CONSTRAINT refunds_check10 CHECK (((returned_minor IS NULL) OR ((settled_minor IS NOT NULL) AND (status = 'failed'::text)))),
    CONSTRAINT refunds_check2 CHECK (((kind = 'return'::text) = (source = 'suspense'::text))),
    CONSTRAINT refunds_check3 CHECK (((dealt_with_at IS NULL) OR (status = 'failed'::text))),
    CONSTRAINT refunds_check4 CHECK (((balance_move_id IS NULL) = (fee_minor IS NULL))),
    CONSTRAINT refunds_check5 CHECK (((fee_minor IS NULL) = (fee_currency IS NULL))),
    CONSTRAINT refunds_check6 CHECK (((kind = 'credit'::text) = (credit_payout_id IS NOT NULL))),
    CONSTRAINT refunds_check7 CHECK (((settled_minor IS NULL) = (settled_currency IS NULL))),
    CONSTRAINT refunds_check8 CHECK ((settled_currency <> currency)),
    CONSTRAINT refunds_check9 CHECK (((settled_currency IS NULL) OR (balance_move_id IS NOT NULL))),
    CONSTRAINT refunds_kind_check CHECK ((kind = ANY (ARRAY['staff'::text, 'undo'::text, 'return'::text, 'outside'::text, 'credit'::text]))),
    CONSTRAINT refunds_settled_currency_check CHECK ((settled_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT refunds_source_check CHECK ((source = ANY (ARRAY['refunds'::text, 'credit'::text, 'suspense'::text]))),
    CONSTRAINT refunds_status_check CHECK ((status = ANY (ARRAY['created'::text, 'pending'::text, 'succeeded'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.refunds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registrar_contacts (
    customer_id uuid NOT NULL,
    registrar text NOT NULL,
    kind text NOT NULL,
    particulars text NOT NULL,
    remote_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT registrar_contacts_particulars_check CHECK ((particulars ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.registrar_contacts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registrar_customers (
    customer_id uuid NOT NULL,
    registrar text NOT NULL,
    remote_customer_id text,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.registrar_customers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registrar_payments (
    id uuid NOT NULL,
    registrar text NOT NULL,
    amount_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    reference text NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    reversed_at timestamp with time zone,
    reversal_reason text,
    CONSTRAINT registrar_payments_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT registrar_payments_check CHECK (((reversed_at IS NULL) = (reversal_reason IS NULL))),
    CONSTRAINT registrar_payments_check1 CHECK ((paid_at <= created_at)),
    CONSTRAINT registrar_payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT registrar_payments_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200))),
    CONSTRAINT registrar_payments_registrar_check CHECK ((registrar ~ '^[a-z0-9_-]{1,50}$'::text)),
    CONSTRAINT registrar_payments_reversal_reason_check CHECK (((length(reversal_reason) >= 1) AND (length(reversal_reason) <= 500)))
);

CREATE TABLE public.repriced_subscriptions (
    repricing_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    old_price_id uuid NOT NULL,
    old_minor bigint NOT NULL,
    event_number integer NOT NULL,
    undone_number integer
);

ALTER TABLE ONLY public.repriced_subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.repricings (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    price_id uuid NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT repricings_check CHECK ((effective_from > announced_at)),
    CONSTRAINT repricings_check1 CHECK ((withdrawn_at < effective_from)),
    CONSTRAINT repricings_effective_from_check CHECK ((effective_from = date_trunc('second'::text, effective_from)))
);

CREATE TABLE public.revenue_days (
    id uuid NOT NULL,
    day date NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    lines bigint NOT NULL,
    CONSTRAINT revenue_days_amount_minor_check CHECK ((amount_minor <> 0)),
    CONSTRAINT revenue_days_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT revenue_days_lines_check CHECK ((lines > 0))
);

CREATE TABLE public.revenue_runs (
    day date NOT NULL,
    finished_at timestamp with time zone NOT NULL
);

CREATE TABLE public.saved_views (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    customer_id uuid,
    list text NOT NULL,
    "position" smallint NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT saved_views_list_check CHECK ((list ~ '^[a-z_.]{1,40}$'::text)),
    CONSTRAINT saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT saved_views_position_check CHECK ((("position" >= 1) AND ("position" <= 20))),
    CONSTRAINT saved_views_query_check CHECK ((length(query) <= 1000))
);

ALTER TABLE ONLY public.saved_views FORCE ROW LEVEL SECURITY;

CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.servers (
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    base_url text NOT NULL,
    api_key_sealed text NOT NULL,
    api_secret_sealed text NOT NULL,
    capacity integer NOT NULL,
    current_accounts integer DEFAULT 0 NOT NULL,
    location text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean NOT NULL,
    healthy boolean NOT NULL,
    checked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    health_problem text,
    CONSTRAINT servers_base_url_check CHECK ((base_url ~ '^https?://[^/]+$'::text)),
    CONSTRAINT servers_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT servers_check CHECK (((current_accounts >= 0) AND (current_accounts <= capacity))),
    CONSTRAINT servers_check1 CHECK (((NOT healthy) OR (health_problem IS NULL))),
    CONSTRAINT servers_description_check CHECK ((length(description) <= 500)),
    CONSTRAINT servers_health_problem_check CHECK ((length(health_problem) <= 1000)),
    CONSTRAINT servers_location_check CHECK ((length(location) <= 100)),
    CONSTRAINT servers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    remote_address text,
    user_agent text,
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.settings (
    name text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT settings_name_check CHECK ((name ~ '^[a-z_]{1,64}$'::text))
);

CREATE TABLE public.subscription_coupons (
    subscription_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    use_id uuid NOT NULL,
    ended_at timestamp with time zone
);

ALTER TABLE ONLY public.subscription_coupons FORCE ROW LEVEL SECURITY;

CREATE TABLE public.subscription_events (
    subscription_id uuid NOT NULL,
    number integer NOT NULL,
    customer_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    plan_id uuid,
    price_id uuid,
    unit_minor bigint,
    currency character(3),
    quantity integer,
    billing_cycle text,
    time_zone text,
    timing text,
    unused text,
    effective_from timestamp with time zone,
    CONSTRAINT subscription_events_at_check CHECK ((at = date_trunc('second'::text, at))),
    CONSTRAINT subscription_events_billing_cycle_check CHECK ((billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text]))),
    CONSTRAINT subscription_events_check CHECK (((kind = ANY (ARRAY['started'::text, 'changed'::text, 'reactivated'::text])) = ((plan_id IS NOT NULL) AND (quantity IS NOT NULL) AND (billing_cycle IS NOT NULL)))),
    CONSTRAINT subscription_events_check1 CHECK (((kind = ANY (ARRAY['started'::text, 'changed'::text, 'reactivated'::text, 'repriced'::text])) = ((price_id IS NOT NULL) AND (unit_minor IS NOT NULL) AND (currency IS NOT NULL)))),
    CONSTRAINT subscription_events_check2 CHECK (((kind = ANY (ARRAY['started'::text, 'reactivated'::text])) = (time_zone IS NOT NULL))),
    CONSTRAINT subscription_events_check3 CHECK (((kind = ANY (ARRAY['changed'::text, 'cancelled'::text])) = (timing IS NOT NULL))),
    CONSTRAINT subscription_events_check4 CHECK (((((kind = 'cancelled'::text) AND (timing = 'at_once'::text)) IS TRUE) = (unused IS NOT NULL))),
    CONSTRAINT subscription_events_check5 CHECK (((kind = 'repriced'::text) = (effective_from IS NOT NULL))),
    CONSTRAINT subscription_events_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT subscription_events_effective_from_check CHECK ((effective_from = date_trunc('second'::text, effective_from))),
    CONSTRAINT subscription_events_kind_check CHECK ((kind = ANY (ARRAY['started'::text, 'changed'::text, 'change_withdrawn'::text, 'repriced'::text, 'cancelled'::text, 'cancellation_withdrawn'::text, 'reactivated'::text]))),
    CONSTRAINT subscription_events_number_check CHECK ((number >= 1)),
    CONSTRAINT subscription_events_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT subscription_events_timing_check CHECK ((timing = ANY (ARRAY['at_once'::text, 'at_period_end'::text]))),
    CONSTRAINT subscription_events_unit_minor_check CHECK ((unit_minor >= 0)),
    CONSTRAINT subscription_events_unused_check CHECK ((unused = ANY (ARRAY['credited'::text, 'forfeited'::text])))
);

ALTER TABLE ONLY public.subscription_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.subscription_lines (
    invoice_line_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    kind text NOT NULL,
    cause integer NOT NULL,
    revision integer NOT NULL,
    is_reversal boolean NOT NULL,
    period_start_at timestamp with time zone NOT NULL,
    period_end_at timestamp with time zone NOT NULL,
    span_start_at timestamp with time zone NOT NULL,
    span_end_at timestamp with time zone NOT NULL,
    plan_id uuid NOT NULL,
    price_id uuid NOT NULL,
    unit_minor bigint NOT NULL,
    currency character(3) NOT NULL,
    quantity integer NOT NULL,
    billing_cycle text NOT NULL,
    rounding text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    amount_minor bigint NOT NULL,
    reduces_line_id uuid,
    reduced_minor bigint,
    left_minor bigint,
    CONSTRAINT subscription_lines_billing_cycle_check CHECK ((billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text]))),
    CONSTRAINT subscription_lines_check CHECK ((period_start_at < period_end_at)),
    CONSTRAINT subscription_lines_check1 CHECK (((period_start_at <= span_start_at) AND (span_end_at <= period_end_at))),
    CONSTRAINT subscription_lines_check2 CHECK ((span_start_at <= span_end_at)),
    CONSTRAINT subscription_lines_kind_check CHECK ((kind = ANY (ARRAY['period'::text, 'proration'::text, 'credit'::text]))),
    CONSTRAINT subscription_lines_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT subscription_lines_reduce_what_is_left CHECK (((left_minor >= LEAST(reduced_minor, (0)::bigint)) AND (left_minor <= GREATEST(reduced_minor, (0)::bigint)))),
    CONSTRAINT subscription_lines_reduce_wholly CHECK ((num_nulls(reduces_line_id, reduced_minor, left_minor) = ANY (ARRAY[0, 3]))),
    CONSTRAINT subscription_lines_revision_check CHECK ((revision >= 1)),
    CONSTRAINT subscription_lines_rounding_check CHECK ((rounding = 'half_even'::text)),
    CONSTRAINT subscription_lines_unit_minor_check CHECK ((unit_minor >= 0))
);

ALTER TABLE ONLY public.subscription_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.subscriptions (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    order_item_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    price_id uuid NOT NULL,
    status text NOT NULL,
    billing_cycle text NOT NULL,
    current_period_start timestamp with time zone NOT NULL,
    current_period_end timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    quantity integer DEFAULT 1 NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    next_bill_at timestamp with time zone,
    ends_at timestamp with time zone,
    CONSTRAINT subscriptions_billing_cycle_check CHECK ((billing_cycle = ANY (ARRAY['monthly'::text, 'yearly'::text]))),
    CONSTRAINT subscriptions_check CHECK ((current_period_start < current_period_end)),
    CONSTRAINT subscriptions_check1 CHECK (((status = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT subscriptions_check2 CHECK (((status <> 'cancelled'::text) OR (next_bill_at IS NULL))),
    CONSTRAINT subscriptions_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT subscriptions_status_check CHECK ((status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'suspended'::text, 'cancelled'::text]))),
    CONSTRAINT subscriptions_time_zone_check CHECK ((time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'::text))
);

ALTER TABLE ONLY public.subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tax_exemptions (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reason text NOT NULL,
    components text[],
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tax_exemptions_check CHECK ((valid_from < valid_to)),
    CONSTRAINT tax_exemptions_components_check CHECK ((cardinality(components) > 0)),
    CONSTRAINT tax_exemptions_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200)))
);

ALTER TABLE ONLY public.tax_exemptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tax_rules (
    id uuid NOT NULL,
    component text NOT NULL,
    country character(2) NOT NULL,
    region text,
    product text,
    rate integer NOT NULL,
    is_compound boolean NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tax_rules_check CHECK ((valid_from < valid_to)),
    CONSTRAINT tax_rules_component_check CHECK (((length(component) >= 1) AND (length(component) <= 40))),
    CONSTRAINT tax_rules_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_rules_product_check CHECK ((product = ANY (ARRAY['hosting'::text, 'domain'::text, 'license'::text, 'fee'::text]))),
    CONSTRAINT tax_rules_rate_check CHECK (((rate >= 0) AND (rate <= 1000000))),
    CONSTRAINT tax_rules_region_check CHECK ((region ~ '^[A-Z0-9]{1,3}$'::text))
);

CREATE TABLE public.usage_events (
    license_id uuid NOT NULL,
    event_id text NOT NULL,
    resource text NOT NULL,
    used_after bigint NOT NULL,
    api_key_id uuid,
    at timestamp with time zone NOT NULL,
    CONSTRAINT usage_events_event_id_check CHECK (((length(event_id) >= 1) AND (length(event_id) <= 128)))
);

CREATE TABLE public.used_signatures (
    signature bytea NOT NULL,
    used_at timestamp with time zone NOT NULL,
    CONSTRAINT used_signatures_signature_check CHECK ((length(signature) = 32))
);

CREATE TABLE public.users (
    id uuid NOT NULL,
    customer_id uuid,
    email text NOT NULL,
    email_key text NOT NULL,
    email_verified_at timestamp with time zone,
    password_hash text NOT NULL,
    full_name text NOT NULL,
    role text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT users_check CHECK (((role = 'customer'::text) = (customer_id IS NOT NULL))),
    CONSTRAINT users_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT users_full_name_check CHECK (((length(full_name) >= 1) AND (length(full_name) <= 200))),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['customer'::text, 'support'::text, 'billing'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.vat_checks (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    vat_number text NOT NULL,
    status text NOT NULL,
    name text,
    address text,
    consultation text,
    checked_at timestamp with time zone NOT NULL,
    CONSTRAINT vat_checks_status_check CHECK ((status = ANY (ARRAY['valid'::text, 'invalid'::text])))
);

ALTER TABLE ONLY public.vat_checks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.verifications (
    id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    checks integer NOT NULL,
    violations bigint NOT NULL,
    findings jsonb NOT NULL,
    counts jsonb NOT NULL,
    CONSTRAINT verifications_check CHECK (((violations = 0) = (findings = '[]'::jsonb))),
    CONSTRAINT verifications_checks_check CHECK ((checks > 0)),
    CONSTRAINT verifications_violations_check CHECK ((violations >= 0))
);

CREATE TABLE public.webhook_events (
    gateway text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    object_id text,
    body jsonb NOT NULL,
    status text NOT NULL,
    outcome text,
    received_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    CONSTRAINT webhook_events_check CHECK (((status = 'received'::text) = (applied_at IS NULL))),
    CONSTRAINT webhook_events_status_check CHECK ((status = ANY (ARRAY['received'::text, 'applied'::text, 'ignored'::text])))
);

ALTER TABLE ONLY public.account_removals
    ADD CONSTRAINT account_removals_pkey PRIMARY KEY (account_id, announced_at);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_key UNIQUE (key);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.balance_moves
    ADD CONSTRAINT balance_moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.balance_moves
    ADD CONSTRAINT balance_moves_transaction_id_key UNIQUE (transaction_id);

ALTER TABLE ONLY public.coupon_amounts
    ADD CONSTRAINT coupon_amounts_pkey PRIMARY KEY (coupon_id, currency);

ALTER TABLE ONLY public.coupon_uses
    ADD CONSTRAINT coupon_uses_order_id_key UNIQUE (order_id);

ALTER TABLE ONLY public.coupon_uses
    ADD CONSTRAINT coupon_uses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.coupons
    ADD CONSTRAINT coupons_code_key UNIQUE (code);

ALTER TABLE ONLY public.coupons
    ADD CONSTRAINT coupons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_pkey PRIMARY KEY (payment_id, credit_id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_credit_note_id_invoice_line_id_key UNIQUE (credit_note_id, invoice_line_id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_pkey PRIMARY KEY (credit_note_id, "position");

ALTER TABLE ONLY public.credit_note_pdfs
    ADD CONSTRAINT credit_note_pdfs_pkey PRIMARY KEY (credit_note_id);

ALTER TABLE ONLY public.credit_note_taxes
    ADD CONSTRAINT credit_note_taxes_pkey PRIMARY KEY (credit_note_id, "position");

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_number_text_key UNIQUE (number_text);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_series_id_number_key UNIQUE (series_id, number);

ALTER TABLE ONLY public.credit_payouts
    ADD CONSTRAINT credit_payouts_customer_id_asked_with_key UNIQUE (customer_id, asked_with);

ALTER TABLE ONLY public.credit_payouts
    ADD CONSTRAINT credit_payouts_id_customer_id_key UNIQUE (id, customer_id);

ALTER TABLE ONLY public.credit_payouts
    ADD CONSTRAINT credit_payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_releases
    ADD CONSTRAINT credit_releases_pkey PRIMARY KEY (dispute_id, credit_id);

ALTER TABLE ONLY public.credit_spendings
    ADD CONSTRAINT credit_spendings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_granted_once UNIQUE (customer_id, idempotency_key);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_id_customer_id_key UNIQUE (id, customer_id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_source_cause_id_key UNIQUE (source, cause_id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_gateway_dispute_id_key UNIQUE (gateway_dispute_id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_reinstatement_move_id_key UNIQUE (reinstatement_move_id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_withdrawal_move_id_key UNIQUE (withdrawal_move_id);

ALTER TABLE ONLY public.domain_costs
    ADD CONSTRAINT domain_costs_pkey PRIMARY KEY (ending, action);

ALTER TABLE ONLY public.domain_operations
    ADD CONSTRAINT domain_operations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.domain_prices
    ADD CONSTRAINT domain_prices_pkey PRIMARY KEY (ending, action, currency);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_order_item_id_key UNIQUE (order_item_id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_cases
    ADD CONSTRAINT dunning_cases_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY public.dunning_policies
    ADD CONSTRAINT dunning_policies_name_key UNIQUE (name);

ALTER TABLE ONLY public.dunning_policies
    ADD CONSTRAINT dunning_policies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_restarts
    ADD CONSTRAINT dunning_restarts_pkey PRIMARY KEY (invoice_id, round);

ALTER TABLE ONLY public.dunning_steps
    ADD CONSTRAINT dunning_steps_pkey PRIMARY KEY (invoice_id, round, action, number);

ALTER TABLE ONLY public.email_outbox
    ADD CONSTRAINT email_outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_outbox
    ADD CONSTRAINT email_outbox_template_cause_type_cause_id_recipient_key UNIQUE (template, cause_type, cause_id, recipient);

ALTER TABLE ONLY public.gateway_customers
    ADD CONSTRAINT gateway_customers_pkey PRIMARY KEY (customer_id, gateway);

ALTER TABLE ONLY public.gateway_customers
    ADD CONSTRAINT gateway_customers_remote_id_key UNIQUE (remote_id);

ALTER TABLE ONLY public.hosting_accounts
    ADD CONSTRAINT hosting_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor, key);

ALTER TABLE ONLY public.invoice_line_taxes
    ADD CONSTRAINT invoice_line_taxes_pkey PRIMARY KEY (line_id, "position");

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_id_position_key UNIQUE (invoice_id, "position");

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoice_links
    ADD CONSTRAINT invoice_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoice_links
    ADD CONSTRAINT invoice_links_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.invoice_pdfs
    ADD CONSTRAINT invoice_pdfs_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY public.invoice_series
    ADD CONSTRAINT invoice_series_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoice_voidances
    ADD CONSTRAINT invoice_voidances_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_number_text_key UNIQUE (number_text);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_order_id_key UNIQUE (order_id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_series_id_number_key UNIQUE (series_id, number);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_id_currency_key UNIQUE (id, currency);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_kind_customer_id_gateway_currency_key UNIQUE NULLS NOT DISTINCT (kind, customer_id, gateway, currency);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_transactions
    ADD CONSTRAINT ledger_transactions_kind_cause_type_cause_id_key UNIQUE (kind, cause_type, cause_id);

ALTER TABLE ONLY public.ledger_transactions
    ADD CONSTRAINT ledger_transactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.license_usage
    ADD CONSTRAINT license_usage_pkey PRIMARY KEY (license_id, resource);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_subscription_id_key UNIQUE (subscription_id);

ALTER TABLE ONLY public.line_earnings
    ADD CONSTRAINT line_earnings_pkey PRIMARY KEY (line_id);

ALTER TABLE ONLY public.login_throttles
    ADD CONSTRAINT login_throttles_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_order_id_position_key UNIQUE (order_id, "position");

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT order_steps_order_id_item_id_name_key UNIQUE NULLS NOT DISTINCT (order_id, item_id, name);

ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT order_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_idempotency_key_key UNIQUE (customer_id, idempotency_key);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_number_key UNIQUE (number);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_gateway_method_id_key UNIQUE (gateway_method_id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_balance_move_id_key UNIQUE (balance_move_id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_gateway_charge_id_key UNIQUE (gateway_charge_id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_gateway_checkout_id_key UNIQUE (gateway_checkout_id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_gateway_intent_id_key UNIQUE (gateway_intent_id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_idempotency_key_key UNIQUE (idempotency_key);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_balance_move_id_key UNIQUE (balance_move_id);

ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_failure_move_id_key UNIQUE (failure_move_id);

ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_gateway_payout_id_key UNIQUE (gateway_payout_id);

ALTER TABLE ONLY public.payouts
    ADD CONSTRAINT payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.prices
    ADD CONSTRAINT prices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reconciliation_findings
    ADD CONSTRAINT reconciliation_findings_gateway_kind_subject_key UNIQUE (gateway, kind, subject);

ALTER TABLE ONLY public.reconciliation_findings
    ADD CONSTRAINT reconciliation_findings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reconciliations
    ADD CONSTRAINT reconciliations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refresh_families
    ADD CONSTRAINT refresh_families_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_balance_move_id_key UNIQUE (balance_move_id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_gateway_refund_id_key UNIQUE (gateway_refund_id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_idempotency_key_key UNIQUE (idempotency_key);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registrar_contacts
    ADD CONSTRAINT registrar_contacts_pkey PRIMARY KEY (customer_id, registrar, kind, particulars);

ALTER TABLE ONLY public.registrar_customers
    ADD CONSTRAINT registrar_customers_pkey PRIMARY KEY (customer_id, registrar);

ALTER TABLE ONLY public.registrar_payments
    ADD CONSTRAINT registrar_payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_pkey PRIMARY KEY (repricing_id, subscription_id);

ALTER TABLE ONLY public.repricings
    ADD CONSTRAINT repricings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revenue_days
    ADD CONSTRAINT revenue_days_day_currency_key UNIQUE (day, currency);

ALTER TABLE ONLY public.revenue_days
    ADD CONSTRAINT revenue_days_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revenue_runs
    ADD CONSTRAINT revenue_runs_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_user_id_list_name_key UNIQUE (user_id, list, name);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_user_id_list_position_key UNIQUE (user_id, list, "position");

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.servers
    ADD CONSTRAINT servers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.subscription_coupons
    ADD CONSTRAINT subscription_coupons_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY public.subscription_events
    ADD CONSTRAINT subscription_events_pkey PRIMARY KEY (subscription_id, number);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_pkey PRIMARY KEY (invoice_line_id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_subscription_id_period_start_at_kind_cau_key UNIQUE (subscription_id, period_start_at, kind, cause, revision);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_order_item_id_key UNIQUE (order_item_id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tax_exemptions
    ADD CONSTRAINT tax_exemptions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tax_rules
    ADD CONSTRAINT tax_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_events
    ADD CONSTRAINT usage_events_pkey PRIMARY KEY (license_id, event_id);

ALTER TABLE ONLY public.used_signatures
    ADD CONSTRAINT used_signatures_pkey PRIMARY KEY (signature);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key_key UNIQUE (email_key);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_id_customer_id_key UNIQUE (id, customer_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vat_checks
    ADD CONSTRAINT vat_checks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.verifications
    ADD CONSTRAINT verifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (gateway, event_id);

CREATE INDEX account_removals_of_customer ON public.account_removals USING btree (customer_id);

CREATE UNIQUE INDEX account_removals_once ON public.account_removals USING btree (account_id, ended_at) WHERE (withdrawn_at IS NULL);

CREATE INDEX audit_log_by_action ON public.audit_log USING btree (action, id);

CREATE INDEX audit_log_of_customer ON public.audit_log USING btree (customer_id, id) WHERE (customer_id IS NOT NULL);

CREATE INDEX audit_log_of_object ON public.audit_log USING btree (object_type, object_id, id);

CREATE INDEX audit_log_of_request ON public.audit_log USING btree (request_id) WHERE (request_id IS NOT NULL);

CREATE INDEX balance_moves_by_time ON public.balance_moves USING btree (moved_at);

CREATE INDEX balance_moves_unmatched ON public.balance_moves USING btree (moved_at) WHERE (transaction_id IS NULL);

CREATE INDEX coupon_uses_of_coupon ON public.coupon_uses USING btree (coupon_id, id);

CREATE INDEX coupon_uses_of_customer ON public.coupon_uses USING btree (customer_id, coupon_id);

CREATE INDEX credit_holds_of_credit ON public.credit_holds USING btree (credit_id);

CREATE INDEX credit_note_lines_of_invoice_line ON public.credit_note_lines USING btree (invoice_line_id);

CREATE UNIQUE INDEX credit_notes_asked_once ON public.credit_notes USING btree (invoice_id, asked_with) WHERE (asked_with IS NOT NULL);

CREATE INDEX credit_notes_of_customer ON public.credit_notes USING btree (customer_id, id);

CREATE INDEX credit_notes_of_invoice ON public.credit_notes USING btree (invoice_id, id);

CREATE INDEX credit_payouts_of_customer ON public.credit_payouts USING btree (customer_id, id);

CREATE UNIQUE INDEX credit_payouts_reference_once ON public.credit_payouts USING btree (reference) WHERE (reference IS NOT NULL);

CREATE INDEX credit_releases_of_credit ON public.credit_releases USING btree (credit_id);

CREATE INDEX credit_spendings_of_credit ON public.credit_spendings USING btree (credit_id) INCLUDE (amount_minor);

CREATE INDEX credit_spendings_of_customer ON public.credit_spendings USING btree (customer_id, id);

CREATE INDEX credit_spendings_of_dispute ON public.credit_spendings USING btree (dispute_id) WHERE (dispute_id IS NOT NULL);

CREATE INDEX credit_spendings_of_invoice ON public.credit_spendings USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX credit_spendings_of_payout ON public.credit_spendings USING btree (payout_id) WHERE (payout_id IS NOT NULL);

CREATE INDEX credits_expiring ON public.credits USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX credits_of_customer ON public.credits USING btree (customer_id, id);

CREATE INDEX customers_by_name ON public.customers USING btree (name, id);

CREATE INDEX customers_with_vat_number ON public.customers USING btree (id) WHERE (vat_number IS NOT NULL);

CREATE INDEX disputes_of_customer ON public.disputes USING btree (customer_id, id);

CREATE INDEX disputes_of_payment ON public.disputes USING btree (payment_id);

CREATE INDEX disputes_open ON public.disputes USING btree (due_by) WHERE (closed_at IS NULL);

CREATE INDEX domain_operations_of_customer ON public.domain_operations USING btree (customer_id);

CREATE UNIQUE INDEX domain_operations_one_open ON public.domain_operations USING btree (domain_id, kind) WHERE (status <> 'rejected'::text);

CREATE INDEX domains_of_customer ON public.domains USING btree (customer_id, id);

CREATE UNIQUE INDEX domains_one_live ON public.domains USING btree (name) WHERE ((status = ANY (ARRAY['pending'::text, 'active'::text])) AND (kind <> 'own'::text));

CREATE INDEX dunning_cases_due ON public.dunning_cases USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX dunning_cases_of_customer ON public.dunning_cases USING btree (customer_id);

CREATE UNIQUE INDEX dunning_policies_one_default ON public.dunning_policies USING btree (is_default) WHERE is_default;

CREATE INDEX dunning_restarts_of_customer ON public.dunning_restarts USING btree (customer_id);

CREATE INDEX email_outbox_of_invoice ON public.email_outbox USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX email_outbox_unsent ON public.email_outbox USING btree (id) WHERE (status <> 'sent'::text);

CREATE INDEX hosting_accounts_by_username ON public.hosting_accounts USING btree (username) WHERE (status = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text]));

CREATE INDEX hosting_accounts_of_customer ON public.hosting_accounts USING btree (customer_id, id);

CREATE INDEX hosting_accounts_of_server ON public.hosting_accounts USING btree (server_id, id);

CREATE INDEX hosting_accounts_of_server_by_name ON public.hosting_accounts USING btree (server_id, username, id);

CREATE UNIQUE INDEX hosting_accounts_one_per_item ON public.hosting_accounts USING btree (order_item_id) WHERE (status = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text]));

CREATE UNIQUE INDEX hosting_accounts_remote_once ON public.hosting_accounts USING btree (server_id, remote_user_id) WHERE ((status = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text])) AND (remote_user_id IS NOT NULL));

CREATE INDEX hosting_accounts_stopped ON public.hosting_accounts USING btree (order_item_id) WHERE ((status = ANY (ARRAY['active'::text, 'suspended'::text])) AND (wish = 'suspended'::text));

CREATE UNIQUE INDEX hosting_accounts_username_once ON public.hosting_accounts USING btree (server_id, username) WHERE (status = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text]));

CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX invoice_links_of_invoice ON public.invoice_links USING btree (invoice_id);

CREATE INDEX invoices_by_due ON public.invoices USING btree (COALESCE(due_at, 'infinity'::timestamp with time zone), id);

CREATE INDEX invoices_by_issue ON public.invoices USING btree (issued_at, id) WHERE (issued_at IS NOT NULL);

CREATE INDEX invoices_by_number ON public.invoices USING btree (number_text COLLATE "C");

CREATE INDEX invoices_by_status ON public.invoices USING btree (status, id);

CREATE INDEX invoices_by_total ON public.invoices USING btree (total_minor, id);

CREATE INDEX invoices_of_customer ON public.invoices USING btree (customer_id, id);

CREATE INDEX invoices_of_customer_by_status ON public.invoices USING btree (customer_id, status, id);

CREATE INDEX jobs_due ON public.jobs USING btree (run_at) WHERE (status = 'queued'::text);

CREATE INDEX jobs_ended ON public.jobs USING btree (status, finished_at, id) WHERE (status = ANY (ARRAY['done'::text, 'dead'::text]));

CREATE INDEX jobs_leased ON public.jobs USING btree (leased_until) WHERE (status = 'running'::text);

CREATE INDEX jobs_of_order ON public.jobs USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE UNIQUE INDEX jobs_one_active ON public.jobs USING btree (kind, dedup_key) WHERE ((status = ANY (ARRAY['queued'::text, 'running'::text])) AND (dedup_key IS NOT NULL));

CREATE UNIQUE INDEX jobs_one_slot ON public.jobs USING btree (kind, slot) WHERE (slot IS NOT NULL);

CREATE INDEX ledger_entries_of_account ON public.ledger_entries USING btree (account_id, id) INCLUDE (amount_minor);

CREATE INDEX ledger_entries_of_transaction ON public.ledger_entries USING btree (transaction_id);

CREATE INDEX ledger_transactions_by_time ON public.ledger_transactions USING btree (at);

CREATE INDEX ledger_transactions_of_cause ON public.ledger_transactions USING btree (cause_id);

CREATE INDEX licenses_by_end ON public.licenses USING btree (COALESCE(expires_at, 'infinity'::timestamp with time zone), id);

CREATE INDEX licenses_by_status ON public.licenses USING btree (status, id);

CREATE INDEX licenses_of_customer ON public.licenses USING btree (customer_id, id);

CREATE INDEX line_earnings_running ON public.line_earnings USING btree (line_id) WHERE is_running;

CREATE INDEX one_time_tokens_of_user ON public.one_time_tokens USING btree (user_id, purpose) WHERE (used_at IS NULL);

CREATE INDEX orders_by_status ON public.orders USING btree (status, id);

CREATE INDEX orders_by_total ON public.orders USING btree (total_minor, id);

CREATE INDEX orders_of_customer ON public.orders USING btree (customer_id, id);

CREATE INDEX payment_methods_of_customer ON public.payment_methods USING btree (customer_id, id);

CREATE UNIQUE INDEX payment_methods_one_default ON public.payment_methods USING btree (customer_id) WHERE is_default;

CREATE INDEX payments_by_amount ON public.payments USING btree (amount_minor, id);

CREATE INDEX payments_by_day ON public.payments USING btree (created_at, id);

CREATE INDEX payments_by_status ON public.payments USING btree (status, id);

CREATE INDEX payments_of_customer ON public.payments USING btree (customer_id, id);

CREATE INDEX payments_of_invoice ON public.payments USING btree (invoice_id, id);

CREATE INDEX payments_of_order ON public.payments USING btree (order_id);

CREATE UNIQUE INDEX payments_one_success ON public.payments USING btree (invoice_id) WHERE ((status = 'succeeded'::text) AND (order_id IS NOT NULL));

CREATE UNIQUE INDEX payments_one_under_way ON public.payments USING btree (invoice_id) WHERE (status = ANY (ARRAY['created'::text, 'open'::text, 'processing'::text]));

CREATE UNIQUE INDEX payments_reference_once ON public.payments USING btree (gateway, reference) WHERE (status <> 'reversed'::text);

CREATE INDEX payments_succeeded ON public.payments USING btree (invoice_id) WHERE (status = 'succeeded'::text);

CREATE INDEX payments_under_way ON public.payments USING btree (checked_at) WHERE (status = ANY (ARRAY['created'::text, 'open'::text, 'processing'::text]));

CREATE UNIQUE INDEX prices_one_current ON public.prices USING btree (plan_id, billing_cycle, currency) WHERE (retired_at IS NULL);

CREATE INDEX reconciliation_findings_open ON public.reconciliation_findings USING btree (id) WHERE (resolved_at IS NULL);

CREATE INDEX refresh_families_of_user ON public.refresh_families USING btree (user_id) WHERE (revoked_at IS NULL);

CREATE UNIQUE INDEX refresh_tokens_one_live ON public.refresh_tokens USING btree (family_id) WHERE (used_at IS NULL);

CREATE UNIQUE INDEX refunds_asked_once ON public.refunds USING btree (payment_id, asked_with) WHERE (asked_with IS NOT NULL);

CREATE INDEX refunds_failed ON public.refunds USING btree (id) WHERE ((status = 'failed'::text) AND (dealt_with_at IS NULL));

CREATE INDEX refunds_of_credit_payout ON public.refunds USING btree (credit_payout_id) WHERE (credit_payout_id IS NOT NULL);

CREATE INDEX refunds_of_customer ON public.refunds USING btree (customer_id, id);

CREATE INDEX refunds_of_payment ON public.refunds USING btree (payment_id);

CREATE INDEX registrar_payments_of_registrar ON public.registrar_payments USING btree (registrar, id);

CREATE UNIQUE INDEX registrar_payments_once ON public.registrar_payments USING btree (registrar, reference) WHERE (reversed_at IS NULL);

CREATE UNIQUE INDEX repricings_one_a_price ON public.repricings USING btree (price_id) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX servers_address_once ON public.servers USING btree (base_url) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX servers_name_once ON public.servers USING btree (name) WHERE (removed_at IS NULL);

CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id) WHERE (ended_at IS NULL);

CREATE INDEX subscription_coupons_of_use ON public.subscription_coupons USING btree (use_id);

CREATE INDEX subscription_lines_by_reduced_line ON public.subscription_lines USING btree (reduces_line_id) WHERE (reduces_line_id IS NOT NULL);

CREATE INDEX subscriptions_by_end ON public.subscriptions USING btree (current_period_end, id);

CREATE INDEX subscriptions_of_customer ON public.subscriptions USING btree (customer_id, id);

CREATE INDEX subscriptions_to_bill ON public.subscriptions USING btree (next_bill_at) WHERE (next_bill_at IS NOT NULL);

CREATE INDEX tax_exemptions_of_customer ON public.tax_exemptions USING btree (customer_id, id);

CREATE INDEX usage_events_age ON public.usage_events USING btree (at);

CREATE INDEX usage_events_of_license ON public.usage_events USING btree (license_id, at DESC, event_id DESC);

CREATE INDEX used_signatures_age ON public.used_signatures USING btree (used_at);

CREATE INDEX users_of_customer ON public.users USING btree (customer_id);

CREATE INDEX vat_checks_of_customer ON public.vat_checks USING btree (customer_id, checked_at);

CREATE TRIGGER balanced AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.check_ledger_balance();

CREATE TRIGGER charge_was_sent BEFORE UPDATE OF gateway_intent_id ON public.payments FOR EACH ROW WHEN (((new.kind = 'saved_card'::text) AND (new.gateway_intent_id IS NOT NULL) AND (new.charge_sent_at IS NULL))) EXECUTE FUNCTION public.note_sent_charge();

CREATE TRIGGER issued_only BEFORE INSERT ON public.invoice_pdfs FOR EACH ROW EXECUTE FUNCTION public.check_invoice_pdf();

CREATE TRIGGER keep_coupon BEFORE UPDATE ON public.coupons FOR EACH ROW EXECUTE FUNCTION public.keep_coupon();

CREATE TRIGGER keep_issued BEFORE INSERT OR DELETE OR UPDATE ON public.invoice_line_taxes FOR EACH ROW EXECUTE FUNCTION public.keep_issued_taxes();

CREATE TRIGGER keep_issued BEFORE INSERT OR DELETE OR UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION public.keep_issued_lines();

CREATE TRIGGER keep_issued BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.keep_issued_invoice();

CREATE TRIGGER keep_rule BEFORE UPDATE ON public.tax_rules FOR EACH ROW EXECUTE FUNCTION public.keep_tax_rule();

CREATE TRIGGER tell AFTER INSERT OR UPDATE OF revoked_at, scopes, allowed_addresses, secret_sealed ON public.api_keys FOR EACH ROW EXECUTE FUNCTION public.tell_license_change('api_key');

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON public.license_usage FOR EACH ROW EXECUTE FUNCTION public.tell_license_change('license');

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON public.licenses FOR EACH ROW EXECUTE FUNCTION public.tell_license_change('license');

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON public.order_steps FOR EACH ROW EXECUTE FUNCTION public.tell_order_change();

CREATE TRIGGER tell AFTER UPDATE OF status ON public.orders FOR EACH ROW EXECUTE FUNCTION public.tell_order_change();

CREATE TRIGGER within_credit AFTER INSERT ON public.credit_spendings REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.check_credit_left();

ALTER TABLE ONLY public.account_removals
    ADD CONSTRAINT account_removals_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.hosting_accounts(id);

ALTER TABLE ONLY public.account_removals
    ADD CONSTRAINT account_removals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.account_removals
    ADD CONSTRAINT account_removals_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES public.email_outbox(id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.balance_moves
    ADD CONSTRAINT balance_moves_first_seen_in_fkey FOREIGN KEY (first_seen_in) REFERENCES public.reconciliations(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.balance_moves
    ADD CONSTRAINT balance_moves_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.ledger_transactions(id);

ALTER TABLE ONLY public.coupon_amounts
    ADD CONSTRAINT coupon_amounts_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES public.coupons(id);

ALTER TABLE ONLY public.coupon_uses
    ADD CONSTRAINT coupon_uses_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES public.coupons(id);

ALTER TABLE ONLY public.coupon_uses
    ADD CONSTRAINT coupon_uses_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.coupon_uses
    ADD CONSTRAINT coupon_uses_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.coupons
    ADD CONSTRAINT coupons_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_credit_id_customer_id_fkey FOREIGN KEY (credit_id, customer_id) REFERENCES public.credits(id, customer_id);

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES public.credit_notes(id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_invoice_line_id_fkey FOREIGN KEY (invoice_line_id) REFERENCES public.invoice_lines(id);

ALTER TABLE ONLY public.credit_note_pdfs
    ADD CONSTRAINT credit_note_pdfs_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES public.credit_notes(id);

ALTER TABLE ONLY public.credit_note_pdfs
    ADD CONSTRAINT credit_note_pdfs_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_note_taxes
    ADD CONSTRAINT credit_note_taxes_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES public.credit_notes(id);

ALTER TABLE ONLY public.credit_note_taxes
    ADD CONSTRAINT credit_note_taxes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.invoice_series(id);

ALTER TABLE ONLY public.credit_payouts
    ADD CONSTRAINT credit_payouts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_payouts
    ADD CONSTRAINT credit_payouts_paid_by_fkey FOREIGN KEY (paid_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.credit_releases
    ADD CONSTRAINT credit_releases_credit_id_customer_id_fkey FOREIGN KEY (credit_id, customer_id) REFERENCES public.credits(id, customer_id);

ALTER TABLE ONLY public.credit_releases
    ADD CONSTRAINT credit_releases_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES public.disputes(id);

ALTER TABLE ONLY public.credit_spendings
    ADD CONSTRAINT credit_spendings_credit_id_customer_id_fkey FOREIGN KEY (credit_id, customer_id) REFERENCES public.credits(id, customer_id);

ALTER TABLE ONLY public.credit_spendings
    ADD CONSTRAINT credit_spendings_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES public.disputes(id);

ALTER TABLE ONLY public.credit_spendings
    ADD CONSTRAINT credit_spendings_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.credit_spendings
    ADD CONSTRAINT credit_spendings_payout_id_customer_id_fkey FOREIGN KEY (payout_id, customer_id) REFERENCES public.credit_payouts(id, customer_id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.domain_operations
    ADD CONSTRAINT domain_operations_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.domain_operations
    ADD CONSTRAINT domain_operations_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.domains(id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE ONLY public.dunning_cases
    ADD CONSTRAINT dunning_cases_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.dunning_cases
    ADD CONSTRAINT dunning_cases_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.dunning_restarts
    ADD CONSTRAINT dunning_restarts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.dunning_restarts
    ADD CONSTRAINT dunning_restarts_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.dunning_cases(invoice_id);

ALTER TABLE ONLY public.dunning_steps
    ADD CONSTRAINT dunning_steps_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.dunning_steps
    ADD CONSTRAINT dunning_steps_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.dunning_cases(invoice_id);

ALTER TABLE ONLY public.email_outbox
    ADD CONSTRAINT email_outbox_credit_note_id_fkey FOREIGN KEY (credit_note_id) REFERENCES public.credit_notes(id);

ALTER TABLE ONLY public.email_outbox
    ADD CONSTRAINT email_outbox_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.email_outbox
    ADD CONSTRAINT email_outbox_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.gateway_customers
    ADD CONSTRAINT gateway_customers_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.hosting_accounts
    ADD CONSTRAINT hosting_accounts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.hosting_accounts
    ADD CONSTRAINT hosting_accounts_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE ONLY public.hosting_accounts
    ADD CONSTRAINT hosting_accounts_server_id_fkey FOREIGN KEY (server_id) REFERENCES public.servers(id);

ALTER TABLE ONLY public.invoice_line_taxes
    ADD CONSTRAINT invoice_line_taxes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoice_line_taxes
    ADD CONSTRAINT invoice_line_taxes_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.invoice_lines(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE ONLY public.invoice_links
    ADD CONSTRAINT invoice_links_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoice_links
    ADD CONSTRAINT invoice_links_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.invoice_pdfs
    ADD CONSTRAINT invoice_pdfs_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoice_pdfs
    ADD CONSTRAINT invoice_pdfs_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.invoice_voidances
    ADD CONSTRAINT invoice_voidances_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoice_voidances
    ADD CONSTRAINT invoice_voidances_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.invoice_series(id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_account_id_currency_fkey FOREIGN KEY (account_id, currency) REFERENCES public.ledger_accounts(id, currency);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES public.ledger_transactions(id);

ALTER TABLE ONLY public.license_usage
    ADD CONSTRAINT license_usage_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.license_usage
    ADD CONSTRAINT license_usage_license_id_fkey FOREIGN KEY (license_id) REFERENCES public.licenses(id);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id);

ALTER TABLE ONLY public.line_earnings
    ADD CONSTRAINT line_earnings_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.invoice_lines(id);

ALTER TABLE ONLY public.one_time_tokens
    ADD CONSTRAINT one_time_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.order_items
    ADD CONSTRAINT order_items_price_id_fkey FOREIGN KEY (price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT order_steps_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT order_steps_item_id_fkey FOREIGN KEY (item_id) REFERENCES public.order_items(id);

ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT order_steps_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_dunning_policy_id_fkey FOREIGN KEY (dunning_policy_id) REFERENCES public.dunning_policies(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.prices
    ADD CONSTRAINT prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.reconciliation_findings
    ADD CONSTRAINT reconciliation_findings_found_in_fkey FOREIGN KEY (found_in) REFERENCES public.reconciliations(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.refresh_families
    ADD CONSTRAINT refresh_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.refresh_families(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_credit_payout_id_customer_id_fkey FOREIGN KEY (credit_payout_id, customer_id) REFERENCES public.credit_payouts(id, customer_id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.registrar_contacts
    ADD CONSTRAINT registrar_contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.registrar_customers
    ADD CONSTRAINT registrar_customers_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_old_price_id_fkey FOREIGN KEY (old_price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_repricing_id_fkey FOREIGN KEY (repricing_id) REFERENCES public.repricings(id);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_subscription_id_event_number_fkey FOREIGN KEY (subscription_id, event_number) REFERENCES public.subscription_events(subscription_id, number);

ALTER TABLE ONLY public.repriced_subscriptions
    ADD CONSTRAINT repriced_subscriptions_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id);

ALTER TABLE ONLY public.repricings
    ADD CONSTRAINT repricings_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.repricings
    ADD CONSTRAINT repricings_price_id_fkey FOREIGN KEY (price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.revenue_days
    ADD CONSTRAINT revenue_days_day_fkey FOREIGN KEY (day) REFERENCES public.revenue_runs(day);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_user_id_customer_id_fkey FOREIGN KEY (user_id, customer_id) REFERENCES public.users(id, customer_id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.subscription_coupons
    ADD CONSTRAINT subscription_coupons_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.subscription_coupons
    ADD CONSTRAINT subscription_coupons_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id);

ALTER TABLE ONLY public.subscription_coupons
    ADD CONSTRAINT subscription_coupons_use_id_fkey FOREIGN KEY (use_id) REFERENCES public.coupon_uses(id);

ALTER TABLE ONLY public.subscription_events
    ADD CONSTRAINT subscription_events_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.subscription_events
    ADD CONSTRAINT subscription_events_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.subscription_events
    ADD CONSTRAINT subscription_events_price_id_fkey FOREIGN KEY (price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.subscription_events
    ADD CONSTRAINT subscription_events_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_invoice_line_id_fkey FOREIGN KEY (invoice_line_id) REFERENCES public.invoice_lines(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_price_id_fkey FOREIGN KEY (price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_reduces_line_id_fkey FOREIGN KEY (reduces_line_id) REFERENCES public.invoice_lines(id);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_subscription_id_cause_fkey FOREIGN KEY (subscription_id, cause) REFERENCES public.subscription_events(subscription_id, number);

ALTER TABLE ONLY public.subscription_lines
    ADD CONSTRAINT subscription_lines_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_price_id_fkey FOREIGN KEY (price_id) REFERENCES public.prices(id);

ALTER TABLE ONLY public.tax_exemptions
    ADD CONSTRAINT tax_exemptions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.usage_events
    ADD CONSTRAINT usage_events_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_keys(id);

ALTER TABLE ONLY public.usage_events
    ADD CONSTRAINT usage_events_license_id_fkey FOREIGN KEY (license_id) REFERENCES public.licenses(id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.vat_checks
    ADD CONSTRAINT vat_checks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE public.account_removals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.coupon_uses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_holds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_note_lines ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_note_pdfs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_note_taxes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_notes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_payouts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_releases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credit_spendings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.disputes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.domain_operations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.domains ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_cases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_restarts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_steps ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.gateway_customers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hosting_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_line_taxes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_lines ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_pdfs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_voidances ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.license_usage ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.licenses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_steps ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_rows ON public.account_removals USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.audit_log USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.coupon_uses USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_holds USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_note_lines USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_note_pdfs USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_note_taxes USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_notes USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_payouts USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_releases USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credit_spendings USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.credits USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.customers USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.disputes USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.domain_operations USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.domains USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.dunning_cases USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.dunning_restarts USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.dunning_steps USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.email_outbox USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.gateway_customers USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.hosting_accounts USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoice_line_taxes USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoice_lines USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoice_links USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoice_pdfs USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoice_voidances USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.invoices USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.ledger_accounts USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.license_usage USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.licenses USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.order_items USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.order_steps USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.orders USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.payment_methods USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.payments USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.refunds USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.registrar_contacts USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.registrar_customers USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.repriced_subscriptions USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.saved_views USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.subscription_coupons USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.subscription_events USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.subscription_lines USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.subscriptions USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.tax_exemptions USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.users USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

CREATE POLICY owner_rows ON public.vat_checks USING ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer)))) WITH CHECK ((( SELECT public.acting_for_system() AS acting_for_system) OR (customer_id = ( SELECT public.acting_customer() AS acting_customer))));

ALTER TABLE public.payment_methods ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.refunds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.registrar_contacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.registrar_customers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.repriced_subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.saved_views ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_coupons ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_lines ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tax_exemptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.vat_checks ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payments TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.disputes TO billing_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.account_removals TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO billing_app;

GRANT SELECT,INSERT ON TABLE public.audit_log TO billing_app;

GRANT SELECT,USAGE ON SEQUENCE public.audit_log_id_seq TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.balance_moves TO billing_app;

GRANT SELECT,INSERT ON TABLE public.coupon_amounts TO billing_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.coupon_uses TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.coupons TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_holds TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_note_lines TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_note_pdfs TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_note_taxes TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_notes TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_payouts TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_releases TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credit_spendings TO billing_app;

GRANT SELECT,INSERT ON TABLE public.credits TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customers TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.domain_costs TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.domain_operations TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.domain_prices TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.domains TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dunning_cases TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dunning_policies TO billing_app;

GRANT SELECT,INSERT ON TABLE public.dunning_restarts TO billing_app;

GRANT SELECT,INSERT ON TABLE public.dunning_steps TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_outbox TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gateway_customers TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hosting_accounts TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_line_taxes TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_lines TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_links TO billing_app;

GRANT SELECT,INSERT ON TABLE public.invoice_pdfs TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_series TO billing_app;

GRANT SELECT,INSERT ON TABLE public.invoice_voidances TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoices TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_accounts TO billing_app;

GRANT SELECT,INSERT ON TABLE public.ledger_entries TO billing_app;

GRANT SELECT,USAGE ON SEQUENCE public.ledger_entries_id_seq TO billing_app;

GRANT SELECT,INSERT ON TABLE public.ledger_transactions TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.license_usage TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.licenses TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.line_earnings TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_throttles TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_tokens TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.order_items TO billing_app;

GRANT SELECT,USAGE ON SEQUENCE public.order_numbers TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.order_steps TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.orders TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_methods TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payouts TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plans TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.prices TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reconciliation_findings TO billing_app;

GRANT SELECT,INSERT ON TABLE public.reconciliations TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_families TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refunds TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registrar_contacts TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registrar_customers TO billing_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.registrar_payments TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.repriced_subscriptions TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.repricings TO billing_app;

GRANT SELECT,INSERT ON TABLE public.revenue_days TO billing_app;

GRANT SELECT,INSERT ON TABLE public.revenue_runs TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_views TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.servers TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settings TO billing_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.subscription_coupons TO billing_app;

GRANT SELECT,INSERT ON TABLE public.subscription_events TO billing_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.subscription_lines TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscriptions TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tax_exemptions TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tax_rules TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_events TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.used_signatures TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO billing_app;

GRANT SELECT,INSERT ON TABLE public.vat_checks TO billing_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.verifications TO billing_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_events TO billing_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES  TO billing_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES  TO billing_app;
