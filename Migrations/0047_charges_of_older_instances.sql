-- An instance from before 0040 does not say that it sends a charge: what the processor has named was
-- sent.
CREATE FUNCTION note_sent_charge() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.charge_sent_at := NEW.created_at;
    RETURN NEW;
END
$$;
CREATE TRIGGER charge_was_sent BEFORE UPDATE OF gateway_intent_id ON payments
    FOR EACH ROW
    WHEN (NEW.kind = 'saved_card' AND NEW.gateway_intent_id IS NOT NULL
        AND NEW.charge_sent_at IS NULL)
    EXECUTE FUNCTION note_sent_charge();
