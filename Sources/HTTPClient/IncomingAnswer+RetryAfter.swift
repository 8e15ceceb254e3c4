import Wire

extension IncomingAnswer {
    /// The seconds after which the other side wants to be asked again, when it says so in seconds
    /// and means a time within a day.
    package var retryAfterSeconds: Double? {
        headers["Retry-After"].flatMap(Double.init).flatMap { seconds in
            (0...86_400).contains(seconds) ? seconds : nil
        }
    }
}
