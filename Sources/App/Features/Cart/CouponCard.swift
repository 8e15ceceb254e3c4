import Core
import Markup
import Web

/// Where a coupon is typed, and taken away again.
struct CouponCard: View {
    let cart: Carts.Priced
    let form: FormErrors
    let token: String

    var body: HTML {
        Card("Coupon") {
            div(.classes("stack-s")) {
                if let coupon = cart.coupon { kept(coupon) }
                Markup.form(to: CartRoutes.applyCoupon.path(), token: token) {
                    div(.classes("stack-s")) {
                        FormField(
                            cart.coupon == nil ? "Code" : "Another code",
                            "coupon_code",
                            form,
                            .maxlength(40),
                            .autocomplete("off")
                        )
                        div { SubmitButton("Apply", .secondary, size: .small, icon: "ticket") }
                    }
                }
            }
        }
    }

    private func kept(_ coupon: CouponCode) -> HTML {
        div(.classes("stack-s")) {
            if let problem = cart.couponProblem {
                Notice(.warning, coupon.text) { p { problem } }
            } else if let terms = cart.quote?.coupon?.terms {
                p { "\(coupon.text): \(terms.words)" }
            }
            ActionForm(
                "Remove the coupon",
                to: CartRoutes.removeCoupon.path(),
                token: token,
                .quiet,
                size: .small,
                icon: "trash-2"
            )
        }
    }
}
