-- Cards that their banks have refused for good: such a card is charged no more until its owner has
-- paid with it again, or has saved it anew. What the processor calls a card's fingerprint tells
-- that two of its methods are the same card.
ALTER TABLE payment_methods
    ADD COLUMN fingerprint text CHECK (length(fingerprint) BETWEEN 1 AND 255),
    ADD COLUMN unusable_since timestamptz,
    ADD COLUMN decline_code text CHECK (length(decline_code) BETWEEN 1 AND 100),
    ADD CONSTRAINT payment_methods_refused_for_a_reason CHECK (
        (unusable_since IS NULL) = (decline_code IS NULL)
    ),
    ADD CONSTRAINT payment_methods_refused_is_no_default CHECK (
        NOT is_default OR unusable_since IS NULL
    );
