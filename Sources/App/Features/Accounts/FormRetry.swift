import Web

/// Shows a form again when what was typed was refused, by itself or by the operation.
enum FormRetry {
    /// Tries to act on a form.
    ///
    /// What is not about the form, such as a fault of ours, is thrown on.
    static func response(
        _ form: FormReader,
        showing page: (FormErrors, _ status: Int) -> Response,
        _ act: (inout FormReader) async throws -> Response
    ) async throws -> Response {
        var form = form
        do {
            return try await act(&form)
        } catch let errors as FormErrors {
            return page(errors, 422)
        } catch let problem as Problem where problem.status < 500 || problem.status == 503 {
            // A page with a form asks for no credentials of HTTP, so it is never a 401.
            var response = page(form.errors(problem), problem.status == 401 ? 422 : problem.status)
            problem.addHeaders(to: &response)
            return response
        }
    }
}
