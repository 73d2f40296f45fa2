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

#[rustfmt::skip]
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(at("/healthz").get(Op::Healthz, api::health::healthz))
        .service(at("/readyz").get(Op::Readyz, api::health::readyz))
        .service(at("/api/v1/cycles").get(Op::ListCycles, api::cycles::list))
        .service(at("/api/v1/cycles/{code}").get(Op::ShowCycle, api::cycles::show))
        .service(at("/api/v1/cycles/{code}/totals").get(Op::ShowTotals, api::cycles::totals))
        .service(at("/api/v1/cycles/{code}/sheets").get(Op::ListSheets, api::sheets::list))
        .service(at("/api/v1/cycles/{code}/sheets/{kind}").get(Op::PrintSheet, api::sheets::show))
        .service(at("/api/v1/cycles/{code}/open").post(Op::OpenCycle, api::steps::open))
        .service(at("/api/v1/cycles/{code}/cutoff").post(Op::Cutoff, api::steps::cutoff))
        .service(at("/api/v1/cycles/{code}/procure").post(Op::Procure, api::steps::procure))
        .service(at("/api/v1/cycles/{code}/plan").post(Op::EditPlan, api::files::plan))
        .service(at("/api/v1/cycles/{code}/send").post(Op::SendPurchases, api::steps::send))
        .service(at("/api/v1/cycles/{code}/receipts").post(Op::ReceiveGoods, api::files::receipts))
        .service(at("/api/v1/cycles/{code}/allocate").post(Op::AllocateGoods, api::steps::allocate))
        .service(at("/api/v1/cycles/{code}/corrections").post(Op::CorrectOrders, api::files::corrections))
        .service(at("/api/v1/cycles/{code}/dispatch").post(Op::DispatchTrips, api::steps::dispatch))
        .service(at("/").get(Op::ListCycles, pages::cycles::show))
        .service(at("/cycles/{code}").get(Op::ShowTotals, pages::cycle::show))
        .service(at("/cycles/{code}/sheets/{kind}").get(Op::PrintSheet, pages::sheets::show))
        .service(at("/assets/{file}").get(Op::ShowAsset, assets::show))
        .app_data(web::QueryConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::PathConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .default_service(web::to(no_such_page));
}

/// An address; each of its methods is an operation.
struct Address {
    resource: Resource,
    allowed: Vec<Method>,
}

fn at(path: &'static str) -> Address {
    Address { resource: web::resource(path), allowed: Vec::new() }
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
        self.answer([Method::GET, Method::HEAD], web::route().guard(reads), operation, handler)
    }

    /// Answers POST.
    fn post<F, Args>(self, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.answer([Method::POST], web::route().guard(guard::Post()), operation, handler)
    }

    fn answer<F, Args>(
        mut self,
        methods: impl IntoIterator<Item = Method>,
        route: Route,
        operation: Op,
        handler: F,
    ) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.allowed.extend(methods);
        let layer = from_fn(move |request, next| admit(operation, request, next));
        self.resource = self.resource.route(route.to(handler).wrap(layer));
        self
    }
}

impl HttpServiceFactory for Address {
    fn register(self, config: &mut actix_web::dev::AppService) {
        let allowed = self.allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        let refuse = move |request| not_allowed(request, allowed.clone());
        self.resource.default_service(web::to(refuse)).register(config);
    }
}
