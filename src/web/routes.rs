//! The whole route table: what is answered at which address, and under which operation of the access table. Nothing
//! can be reached but through it.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Resource, Responder, Route, guard, web};

use crate::domain::access::Operation as Op;
use crate::web::access::admit;
use crate::web::answers::{bad_input, no_such_page, not_allowed};
use crate::web::{api, assets, pages};

/// Every address that is answered.
#[rustfmt::skip]
fn addresses() -> Vec<Address> {
    vec![
        at("/healthz").get(Op::Healthz, api::health::healthz),
        at("/readyz").get(Op::Readyz, api::health::readyz),
        at("/api/v1/cycles").get(Op::ListCycles, api::cycles::list),
        at("/api/v1/cycles/{code}").get(Op::ShowCycle, api::cycles::show),
        at("/api/v1/cycles/{code}/totals").get(Op::ShowTotals, api::cycles::totals),
        at("/api/v1/cycles/{code}/sheets").get(Op::ListSheets, api::sheets::list),
        at("/api/v1/cycles/{code}/sheets/{kind}").get(Op::PrintSheet, api::sheets::show),
        at("/").get(Op::ListCycles, pages::cycles::show),
        at("/cycles/{code}").get(Op::ShowCycle, pages::cycle::show),
        at("/cycles/{code}/sheets/{kind}").get(Op::ListSheets, pages::sheets::show),
        at("/api/v1/device").post(Op::BeginDevice, api::session::begin_device),
        at("/api/v1/session")
            .get(Op::ShowSession, api::session::show)
            .post(Op::SignIn, api::session::enter)
            .delete(Op::SignOut, api::session::leave),
        at("/api/v1/session/code").post(Op::GiveCode, api::session::give_code),
        at("/api/v1/sessions").get(Op::ListSessions, api::session::list),
        at("/api/v1/sessions/{id}").delete(Op::EndSession, api::session::end),
        at("/api/v1/users").get(Op::ListUsers, api::users::list).post(Op::AddUser, api::users::add),
        at("/api/v1/users/{id}/roles").post(Op::ChangeRoles, api::users::change_roles),
        at("/api/v1/users/{id}/invite").post(Op::InviteUser, api::users::invite_again),
        at("/api/v1/users/{id}/suspend").post(Op::SuspendUser, api::users::suspend),
        at("/api/v1/users/{id}/restore").post(Op::SuspendUser, api::users::restore),
        at("/api/v1/helpers").post(Op::AddHelper, api::users::add_a_helper),
        at("/api/v1/tokens").get(Op::ListTokens, api::machines::list).post(Op::AddToken, api::machines::add),
        at("/api/v1/tokens/{id}").delete(Op::RevokeToken, api::machines::revoke),
        at("/api/v1/security-log").get(Op::ShowSecurityLog, api::machines::security_log),
        at("/i/{token}").get(Op::ShowInvitation, pages::invitation::show).post(Op::AcceptInvitation, pages::invitation::accept),
        at("/login").get(Op::ShowSignIn, pages::login::show).post(Op::SignIn, pages::login::enter),
        at("/login/code").get(Op::GiveCode, pages::code::show).post(Op::GiveCode, pages::code::give),
        at("/logout").post(Op::SignOut, pages::login::leave),
        at("/account").get(Op::ListSessions, pages::account::show),
        at("/account/password").post(Op::SetOwnPassword, pages::account::set_password),
        at("/account/sessions/{id}/end").post(Op::EndSession, pages::account::end),
        at("/assets/{file}").get(Op::ShowAsset, assets::show),
    ]
}

/// Sets up what is answered.
pub fn routes(app: &mut web::ServiceConfig) {
    for address in addresses() {
        app.service(address);
    }
    app.app_data(web::QueryConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::FormConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::JsonConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::PathConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .default_service(web::to(no_such_page));
}

/// A method of an address, and the operation that it is. HEAD goes with GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRow {
    pub method: Method,
    /// With its variables: `/api/v1/cycles/{code}`.
    pub path: &'static str,
    pub operation: Op,
}

/// The route table, for the API's description and for the test of who may what.
pub fn table() -> Vec<RouteRow> {
    addresses().into_iter().flat_map(|address| address.rows).collect()
}

/// An address; each of its methods is an operation.
struct Address {
    path: &'static str,
    resource: Resource,
    rows: Vec<RouteRow>,
}

fn at(path: &'static str) -> Address {
    Address { path, resource: web::resource(path), rows: Vec::new() }
}

impl Address {
    /// Answers GET, and HEAD as GET without its body.
    fn get<F, Args>(self, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let reads = guard::Any(guard::Get()).or(guard::Head());
        self.answer(Method::GET, web::route().guard(reads), operation, handler)
    }

    /// Answers POST.
    fn post<F, Args>(self, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.answer(Method::POST, web::route().guard(guard::Post()), operation, handler)
    }

    /// Answers DELETE.
    fn delete<F, Args>(self, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.answer(Method::DELETE, web::route().guard(guard::Delete()), operation, handler)
    }

    fn answer<F, Args>(mut self, method: Method, route: Route, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.rows.push(RouteRow { method, path: self.path, operation });
        let layer = from_fn(move |request, next| admit(operation, request, next));
        self.resource = self.resource.route(route.to(handler).wrap(layer));
        self
    }

    /// The methods that are answered, as the header `Allow` lists them.
    fn allowed(&self) -> String {
        let methods =
            self.rows.iter().map(|row| if row.method == Method::GET { "GET, HEAD" } else { row.method.as_str() });
        methods.collect::<Vec<_>>().join(", ")
    }
}

impl HttpServiceFactory for Address {
    fn register(self, config: &mut actix_web::dev::AppService) {
        let allowed = self.allowed();
        let refuse = move |request| not_allowed(request, allowed.clone());
        self.resource.default_service(web::to(refuse)).register(config);
    }
}
