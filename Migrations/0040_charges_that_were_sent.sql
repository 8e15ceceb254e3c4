-- When a saved card's charge was first about to be sent. One that never was is closed without asking
-- the processor, which would send it. Of those of before nobody knows whether they were sent.
ALTER TABLE payments ADD COLUMN charge_sent_at timestamptz;
UPDATE payments SET charge_sent_at = created_at WHERE kind = 'saved_card';
ALTER TABLE payments
    ADD CONSTRAINT payments_charge_is_a_saved_cards CHECK (
        charge_sent_at IS NULL OR kind = 'saved_card'
    ),
    ADD CONSTRAINT payments_charge_was_sent CHECK (
        kind <> 'saved_card' OR gateway_intent_id IS NULL OR charge_sent_at IS NOT NULL
    );
