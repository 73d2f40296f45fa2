//! The whole route table: what is answered at which address, and under which operation of the access table. Nothing
//! can be reached but through it.

use actix_web::body::MessageBody;
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, FromRequest, Handler, HttpMessage, Resource, Responder, Route, guard, web};

use crate::domain::access::Operation as Op;
use crate::web::access::admit;
use crate::web::answers::{bad_input, no_such_page, not_allowed};
use crate::web::bounds::bounded;
use crate::web::csrf::proved;
use crate::web::pace::paced;
use crate::web::{api, assets, openapi, pages};

#[rustfmt::skip]
fn table(table: &mut Table) {
    table.service(at("/healthz").get(Op::Healthz, api::health::healthz))
        .service(at("/readyz").get(Op::Readyz, api::health::readyz))
        .service(at("/metrics").get(Op::Metrics, api::health::metrics))
        .service(at("/openapi.json").get(Op::ShowOpenapi, openapi::show))
        .service(at("/docs").get(Op::ShowDocs, pages::docs::show))
        .service(at("/api/v1/cycles").get(Op::ListCycles, api::cycles::list).post(Op::AddCycle, api::imports::add_cycle))
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
        .service(at("/api/v1/device").post(Op::BeginDevice, api::session::begin_device))
        .service(at("/api/v1/session").get(Op::ShowSession, api::session::show).post(Op::SignIn, api::session::enter)
            .delete(Op::SignOut, api::session::leave))
        .service(at("/api/v1/session/code").post(Op::GiveCode, api::session::give_code))
        .service(at("/api/v1/sessions").get(Op::ListSessions, api::session::list))
        .service(at("/api/v1/sessions/{id}").delete(Op::EndSession, api::session::end))
        .service(at("/api/v1/users").get(Op::ListUsers, api::users::list).post(Op::AddUser, api::users::add))
        .service(at("/api/v1/users/{id}/roles").post(Op::ChangeRoles, api::users::change_roles))
        .service(at("/api/v1/users/{id}/invite").post(Op::InviteUser, api::users::invite_again))
        .service(at("/api/v1/users/{id}/suspend").post(Op::SuspendUser, api::users::suspend))
        .service(at("/api/v1/users/{id}/restore").post(Op::RestoreUser, api::users::restore))
        .service(at("/api/v1/users/{id}/sessions/end").post(Op::EndUserSessions, api::users::end_sessions))
        .service(at("/api/v1/helpers").post(Op::AddHelper, api::users::add_a_helper))
        .service(at("/api/v1/tokens").get(Op::ListTokens, api::machines::list).post(Op::AddToken, api::machines::add))
        .service(at("/api/v1/tokens/{id}").delete(Op::RevokeToken, api::machines::revoke))
        .service(at("/api/v1/security-log").get(Op::ShowSecurityLog, api::machines::security_log))
        .service(at("/i/{token}").get(Op::ShowInvitation, pages::invitation::show)
            .post(Op::AcceptInvitation, pages::invitation::accept))
        .service(at("/g/{leader}").get(Op::ShowShop, pages::shop::show))
        .service(at("/o/{token}").get(Op::ShowOrderPage, pages::order::show))
        .service(at("/o/{token}/cancel").post(Op::CancelByLink, pages::order_acts::cancel))
        .service(at("/o/{token}/not-me").post(Op::DisputePickup, pages::order_acts::not_me))
        .service(at("/login").get(Op::ShowSignIn, pages::login::show).post(Op::SignIn, pages::login::enter))
        .service(at("/login/code").get(Op::GiveCode, pages::code::show).post(Op::GiveCode, pages::code::give))
        .service(at("/logout").post(Op::SignOut, pages::login::leave))
        .service(at("/account").get(Op::ListSessions, pages::account::show))
        .service(at("/account/password").post(Op::SetOwnPassword, pages::account::set_password))
        .service(at("/account/sessions/{id}/end").post(Op::EndSession, pages::account::end))
        .service(at("/api/v1/cycles/{code}/payments").post(Op::MarkPayments, api::payments::mark_all))
        .service(at("/api/v1/cycles/{code}/totals/events").get(Op::WatchTotals, api::totals_events::watch))
        .service(at("/api/v1/orders").post(Op::PlaceOrder, api::orders::place))
        .service(at("/api/v1/orders/{no}").get(Op::ShowOrder, api::orders::show))
        .service(at("/api/v1/orders/{no}/cancel").post(Op::CancelOrder, api::orders::cancel))
        .service(at("/api/v1/orders/{no}/payment").post(Op::MarkPayment, api::payments::mark))
        .service(at("/api/v1/leader/day").get(Op::ShowDay, api::leader_day::show))
        .service(at("/api/v1/leader/window").get(Op::ShowWindow, api::leader_window::show))
        .service(at("/api/v1/points/{code}/pickup-list").get(Op::ShowPickupList, api::pickup_list::show))
        .service(at("/api/v1/pickups").post(Op::ConfirmPickups, api::pickups::confirm))
        .service(at("/api/v1/pickups/{event_id}/reverse").post(Op::ReversePickup, api::pickups::reverse))
        .service(at("/api/v1/mail").get(Op::ListMail, api::mail::list))
        .service(at("/api/v1/mail/{id}/retry").post(Op::RetryMail, api::mail::retry))
        .service(at("/leader").get(Op::ShowDay, pages::leader::show))
        .service(at("/leader/worker.js").get(Op::ShowAsset, pages::leader::worker))
        .service(at("/styleguide").get(Op::ShowStyleguide, pages::styleguide::show))
        .service(at("/").get(Op::ListCycles, pages::cycles::show))
        .service(at("/cycles/{code}").get(Op::ShowCycle, pages::cycle::show))
        .service(at("/cycles/{code}/sheets/{kind}").get(Op::ListSheets, pages::sheets::show))
        .service(at("/assets/{file}").get(Op::ShowAsset, assets::show));
    purchasing(table);
}

/// The buyer's page and the suppliers'.
#[rustfmt::skip]
fn purchasing(table: &mut Table) {
    table.service(at("/buyer").get(Op::ShowBuyer, pages::buyer::show))
        .service(at("/buyer/plots").get(Op::ShowBuyer, pages::buyer::plots::show))
        .service(at("/buyer/picture/{po_no}").get(Op::ShowBuyer, pages::buyer::picture::show))
        .service(at("/api/v1/cycles/{code}/trial").post(Op::TryPlan, api::trial::try_it))
        .service(at("/api/v1/purchases/{po_no}/link").post(Op::ReplacePurchaseLink, api::purchases::renew)
            .delete(Op::RevokePurchaseLink, api::purchases::revoke))
        .service(at("/s/{token}").get(Op::ShowPurchase, pages::purchase::show)
            .post(Op::AnswerPurchase, pages::purchase::answer))
        .service(at("/s/{token}/read").post(Op::AnswerPurchase, pages::purchase::read));
}

/// The pages on desks, and what they ask for.
#[rustfmt::skip]
fn desks(table: &mut Table) {
    table.service(at("/warehouse").get(Op::ShowWarehouse, pages::warehouse::board::tonight))
        .service(at("/api/v1/cycles/{code}/routes").get(Op::ShowRoutes, api::planned_routes::show)
            .post(Op::EditRoutes, api::planned_routes::edit))
        .service(at("/warehouse/{code}").get(Op::ShowWarehouse, pages::warehouse::board::show))
        .service(at("/warehouse/{code}/receiving").get(Op::ShowWarehouse, pages::warehouse::receiving::show))
        .service(at("/warehouse/{code}/routes").get(Op::ShowWarehouse, pages::warehouse::routes::show))
        .service(at("/warehouse/{code}/sheets").get(Op::ShowWarehouse, pages::warehouse::printing::show))
        .service(at("/warehouse/{code}/wrong-goods").get(Op::ShowWarehouse, pages::warehouse::wrong_goods::show))
        .service(at("/warehouse/{code}/weighing").get(Op::ShowWarehouse, pages::warehouse::weighing::show))
        .service(at("/warehouse/{code}/weighing/labels").get(Op::ShowWarehouse, pages::warehouse::weigh_labels::show))
        .service(at("/warehouse/{code}/stock").get(Op::ShowWarehouse, pages::warehouse::stock::show))
        .service(at("/warehouse/{code}/paper").get(Op::ShowWarehouse, pages::warehouse::paper::show))
        .service(at("/unlock").get(Op::UnlockScreen, pages::unlock::show).post(Op::UnlockScreen, pages::unlock::give))
        .service(at("/account/pin").post(Op::SetPin, pages::unlock::set_pin))
        .service(at("/admin").get(Op::ShowAdmin, pages::admin::people::show)
            .post(Op::ShowAdmin, pages::admin::people::find))
        .service(at("/admin/sessions").get(Op::ShowAdmin, pages::admin::sessions::show))
        .service(at("/admin/goods").get(Op::ShowCatalogue, pages::admin::goods::show))
        .service(at("/admin/tokens").get(Op::ListTokens, pages::admin::tokens::show))
        .service(at("/admin/cycles").get(Op::ShowCatalogue, pages::admin::cycles::show))
        .service(at("/admin/files").get(Op::ShowCatalogue, pages::admin::files::show))
        .service(at("/admin/log").get(Op::ShowSecurityLog, pages::admin::log::show)
            .post(Op::ShowSecurityLog, pages::admin::log::find))
        .service(at("/admin/mail").get(Op::ListMail, pages::admin::mail::show))
        .service(at("/api/v1/cycles/{code}/pack").get(Op::PrintPack, api::pack::show))
        .service(at("/api/v1/cycles/{code}/copies").post(Op::NoteCopies, api::copies::note))
        .service(at("/api/v1/cycles/{code}/wrong-goods").post(Op::ReportWrongGoods, api::wrong_goods::report))
        .service(at("/api/v1/wrong-goods/{id}/word").post(Op::DecideWrongGoods, api::wrong_goods::decide))
        .service(at("/api/v1/cycles/{code}/weights").get(Op::ListWeights, api::weights::list)
            .post(Op::WeighGoods, api::weights::weigh))
        .service(at("/api/v1/cycles/{code}/weights/void").post(Op::VoidLabel, api::weights::void))
        .service(at("/api/v1/cycles/{code}/weigh").post(Op::SettleWeights, api::weights::finish))
        .service(at("/api/v1/imports/{kind}").post(Op::ImportFile, api::imports::import))
        .service(at("/api/v1/stock").post(Op::CountStock, api::imports::count_stock))
        .service(at("/api/v1/session/lock").post(Op::LockScreen, api::screen::lock))
        .service(at("/api/v1/session/unlock").post(Op::UnlockScreen, api::screen::unlock))
        .service(at("/api/v1/session/pin").post(Op::SetPin, api::screen::set_pin));
}

/// What is told of trips, totes and differences.
#[rustfmt::skip]
fn road(table: &mut Table) {
    table.service(at("/driver").get(Op::ShowRounds, pages::driver::show))
        .service(at("/driver/worker.js").get(Op::ShowAsset, pages::driver::worker))
        .service(at("/driver/manifest.json").get(Op::ShowAsset, pages::driver::manifest))
        .service(at("/warehouse/{code}/road").get(Op::ShowWarehouse, pages::warehouse::road::show))
        .service(at("/api/v1/driver/day").get(Op::ShowRounds, api::driver_day::show))
        .service(at("/api/v1/cycles/{code}/trips").get(Op::ShowTrips, api::trips::list))
        .service(at("/api/v1/cycles/{code}/trips/{trip}/events").post(Op::TellTrip, api::trips::tell))
        .service(at("/api/v1/cycles/{code}/trips/{trip}/stops/{point}/events").post(Op::TellStop, api::trips::tell_of_stop))
        .service(at("/api/v1/cycles/{code}/trips/{trip}/move").post(Op::MoveStops, api::trips::move_on))
        .service(at("/api/v1/totes").get(Op::ShowTotes, api::totes::show).post(Op::AdjustTotes, api::totes::adjust))
        .service(at("/api/v1/cycles/{code}/discrepancies").get(Op::ListDiscrepancies, api::discrepancies::list)
            .post(Op::ReportDiscrepancy, api::discrepancies::report))
        .service(at("/api/v1/cycles/{code}/discrepancies/{id}/word").post(Op::DecideDiscrepancy, api::discrepancies::decide));
}

/// What leaders and helpers do at their points beside handing out.
#[rustfmt::skip]
fn table_of_points(table: &mut Table) {
    table.service(at("/api/v1/receipts/leader").post(Op::ReceiveAtPoint, api::handover::receive))
        .service(at("/api/v1/losses").post(Op::ChooseLosses, api::handover::choose))
        .service(at("/api/v1/photos").post(Op::KeepPhoto, api::photos::keep))
        .service(at("/api/v1/photos/{id}").get(Op::ShowPhoto, api::photos::show))
        .service(at("/api/v1/after-sales").post(Op::ReportProblem, api::after_sales::report))
        .service(at("/api/v1/cycles/{code}/weights/bind").post(Op::BindLabel, api::weights::bind))
        .service(at("/api/v1/households").post(Op::JoinHouseholds, api::households::join))
        .service(at("/api/v1/leader/leaves").get(Op::ListLeaves, api::leave::list).post(Op::TakeLeave, api::leave::take))
        .service(at("/api/v1/leader/leaves/{id}/end").post(Op::EndLeave, api::leave::end))
        .service(at("/api/v1/orders/{no}/call").post(Op::CallResident, api::households::call))
        .service(at("/api/v1/orders/{no}/cash-back").post(Op::ReturnCash, api::households::cash_back))
        .service(at("/api/v1/jielong").post(Op::ReadJielong, api::jielong::show))
        .service(at("/leader/manifest.json").get(Op::ShowAsset, pages::leader::manifest));
}

/// Puts the whole table into a server.
pub fn routes(app: &mut web::ServiceConfig) {
    let mut all = Table::default();
    table(&mut all);
    desks(&mut all);
    table_of_points(&mut all);
    road(&mut all);
    // They are tried one after the other, and a literal address is compared much sooner than a pattern.
    all.addresses.sort_by_key(|address| address.path.contains('{'));
    for address in all.addresses {
        app.service(address);
    }
    app.app_data(web::QueryConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::JsonConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::PathConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .default_service(web::to(no_such_page));
}

/// What is answered: an address, a method other than HEAD, and the operation that it is.
pub fn entries() -> Vec<(&'static str, Method, Op)> {
    let mut all = Table::default();
    table(&mut all);
    desks(&mut all);
    table_of_points(&mut all);
    road(&mut all);
    let of_address = |address: Address| address.entries.into_iter().map(move |(method, op)| (address.path, method, op));
    all.addresses.into_iter().flat_map(of_address).filter(|(_, method, _)| *method != Method::HEAD).collect()
}

/// The addresses, in the order in which they are tried.
#[derive(Default)]
struct Table {
    addresses: Vec<Address>,
}

impl Table {
    fn service(&mut self, address: Address) -> &mut Table {
        self.addresses.push(address);
        self
    }
}

/// An address; each of its methods is an operation.
struct Address {
    path: &'static str,
    resource: Resource,
    entries: Vec<(Method, Op)>,
}

fn at(path: &'static str) -> Address {
    Address { path, resource: web::resource(path), entries: Vec::new() }
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

    /// Answers DELETE.
    fn delete<F, Args>(self, operation: Op, handler: F) -> Address
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.answer([Method::DELETE], web::route().guard(guard::Delete()), operation, handler)
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
        self.entries.extend(methods.into_iter().map(|method| (method, operation)));
        let route = route
            .to(handler)
            .wrap(from_fn(move |request, next| proved(operation, request, next)))
            .wrap(from_fn(move |request, next| bounded(operation, request, next)))
            .wrap(from_fn(paced))
            .wrap(from_fn(move |request, next| admit(operation, request, next)))
            .wrap(from_fn(move |request, next| named(operation, request, next)));
        self.resource = self.resource.route(route);
        self
    }
}

/// Says beside the request which operation it asks for.
async fn named<B: MessageBody>(
    operation: Op,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    request.extensions_mut().insert(operation);
    next.call(request).await
}

impl HttpServiceFactory for Address {
    fn register(self, config: &mut actix_web::dev::AppService) {
        let allowed = self.entries.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", ");
        let refuse = move |request| not_allowed(request, allowed.clone());
        self.resource.default_service(web::to(refuse)).register(config);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test};

    use super::*;

    async fn panics() -> HttpResponse {
        panic!("on purpose")
    }

    #[actix_web::test]
    async fn a_handler_that_panics_costs_one_request() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let app = App::new()
            .app_data(crate::web::tests::site(&folder).0)
            .service(at("/api/v1/panics").get(Op::Healthz, panics))
            .service(at("/healthz").get(Op::Healthz, api::health::healthz));
        let app = test::init_service(app).await;
        for (path, status) in [("/api/v1/panics", 500), ("/healthz", 200), ("/api/v1/panics", 500)] {
            let answer = test::call_service(&app, test::TestRequest::with_uri(path).to_request()).await;
            assert_eq!(answer.status().as_u16(), status, "{path}");
            if status == 500 {
                assert_eq!(answer.headers().get("content-type").expect("a type"), "application/problem+json");
                let body = String::from_utf8(test::read_body(answer).await.to_vec()).expect("UTF-8");
                assert!(body.contains("\"internal\"") && !body.contains("on purpose"), "{body}");
            }
        }
    }
}
