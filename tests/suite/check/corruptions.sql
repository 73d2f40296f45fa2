-- Ways to spoil a day's books behind the back of the house, each with the rule that must notice.
--
-- Each begins with a line `--- what happened`, then `-- TABLES IT CHANGES -> RULE in TABLE IT POINTS TO`, then its SQL.
-- `{cycle}` is the cycle's id and `{one TABLE CONDITION}` picks one row of it: see planting.rs.

--- a frozen line got a piece more
-- order_lines -> closing_figures in closing_figures
UPDATE order_lines SET ordered_qty = ordered_qty + 1 WHERE {one order_lines};

--- a frozen line tolerates more
-- order_lines -> closing_checksum in closing_figures
UPDATE order_lines SET tolerance = tolerance + 1 WHERE {one order_lines};

--- a piece moved between two frozen lines of an offer
-- order_lines -> closing_checksum in closing_figures
UPDATE order_lines SET ordered_qty = ordered_qty - 1 WHERE {one order_lines ordered_qty > 1 AND offer_no = 0};
UPDATE order_lines SET ordered_qty = ordered_qty + 1 WHERE cycle_id = {cycle} AND offer_no = 0
  AND order_id = (SELECT MAX(l.order_id)
  FROM order_lines l JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id WHERE l.cycle_id = {cycle} AND l.offer_no = 0 AND o.state IN ('paid', 'unpaid'));

--- a frozen line vanished
-- order_lines -> closing_figures in closing_figures
DELETE FROM order_lines WHERE {one order_lines};

--- an order lost its lines
-- order_lines, allocations, order_corrections -> order_empty in orders
DELETE FROM order_lines WHERE cycle_id = {cycle} AND order_id = (SELECT MIN(id) FROM orders WHERE cycle_id = {cycle});

--- a line number stands twice in an order
-- order_lines -> line_no in order_lines
UPDATE order_lines SET line_no = 1 WHERE {one order_lines line_no = 2};

--- a line belongs to no order
-- order_lines -> stray_row in order_lines
UPDATE order_lines SET order_id = -1 WHERE {one order_lines};

--- a frozen order was cancelled
-- orders -> closing_figures in closing_figures
UPDATE orders SET state = 'cancelled' WHERE {one orders state IN ('paid', 'unpaid')};

--- a frozen order lost its payment
-- orders -> order_state in orders
UPDATE orders SET state = 'unpaid', paid_at = NULL WHERE {one orders state IN ('paid', 'unpaid')};

--- an order's details are another person's
-- orders -> order_person in orders
UPDATE orders SET details_id = (SELECT MAX(id) FROM residents WHERE identity <> (SELECT r.identity FROM residents r WHERE r.id = orders.details_id)) WHERE {one orders};

--- an order came an hour earlier
-- orders -> cycle_hours in cycle_hours
UPDATE orders SET placed_at = placed_at - 3600000000 WHERE {one orders state IN ('paid', 'unpaid')};

--- the closing figures lost a piece
-- closing_figures -> closing_figures in closing_figures
UPDATE closing_figures SET pieces = pieces - 1 WHERE cycle_id = {cycle};

--- the checksum is another
-- closing_figures -> closing_checksum in closing_figures
UPDATE closing_figures SET checksum = '0123456789abcdef' WHERE cycle_id = {cycle};

--- the closing figures are gone
-- closing_figures -> fact_missing in closing_figures
DELETE FROM closing_figures WHERE cycle_id = {cycle};

--- an hour sold a fen more
-- cycle_hours -> cycle_hours in cycle_hours
UPDATE cycle_hours SET sales_fen = sales_fen + 1 WHERE {one cycle_hours};

--- the cycle stands at a version nobody committed
-- cycles -> cycle_versions in cycle_versions
UPDATE cycles SET version = version + 1 WHERE id = {cycle};

--- a version is missing
-- cycle_versions -> cycle_versions in cycle_versions
DELETE FROM cycle_versions WHERE {one cycle_versions version = 2};

--- the cycle is open again
-- cycles -> cycle_frozen in cycles
UPDATE cycles SET state = 'open' WHERE id = {cycle};

--- goods arrived before anything was procured
-- cycles -> fact_state in receipt_lines
UPDATE cycles SET state = 'procured' WHERE id = {cycle};

--- an allocation comes from a version that never was
-- allocations -> fact_version in allocations
UPDATE allocations SET version = version + 1000 WHERE {one allocations};

--- a copied SKU is gone
-- cycle_skus -> copied_card in cycle_skus
DELETE FROM cycle_skus WHERE {one cycle_skus};

--- a point's copy is gone
-- cycle_points -> order_point in orders
DELETE FROM cycle_points WHERE {one cycle_points point_id = (SELECT MIN(point_id) FROM orders WHERE cycle_id = [cycle])};

--- a slot was skipped
-- cycle_points -> slot_no in cycle_points
UPDATE cycle_points SET slot_no = slot_no + 1000 WHERE {one cycle_points};

--- the sale price changed after the freeze
-- offers -> closing_figures in closing_figures
UPDATE offers SET sale_price_fen = sale_price_fen + 1 WHERE {one offers};

--- procurement counted a piece more
-- procurement_lines -> procurement_demand in procurement_lines
UPDATE procurement_lines SET ordered_qty = ordered_qty + 1 WHERE {one procurement_lines};

--- stock was reserved that is not there
-- procurement_lines -> procurement_stock in procurement_lines
UPDATE procurement_lines SET reserved_qty = on_hand + 1 WHERE {one procurement_lines};

--- the net need is a piece more
-- procurement_lines -> procurement_need in procurement_lines
UPDATE procurement_lines SET net_need = net_need + 1 WHERE {one procurement_lines};

--- an offer below its threshold went ahead
-- procurement_lines -> procurement_threshold in procurement_lines
UPDATE procurement_lines SET threshold_met = (1 = 1) WHERE {one procurement_lines reason = 'threshold_not_met'};

--- a case more was suggested
-- procurement_lines -> procurement_cases in procurement_lines
UPDATE procurement_lines SET cases_suggested = cases_suggested + 1 WHERE {one procurement_lines cases_suggested > 0};

--- a minimum value that nobody set cancelled an offer
-- procurement_lines -> procurement_min_value in procurement_lines
UPDATE procurement_lines SET cases_suggested = 0, reason = 'below_min_value' WHERE {one procurement_lines cases_suggested > 0};

--- a decision has a reason nobody knows
-- procurement_lines -> procurement_reason in procurement_lines
UPDATE procurement_lines SET reason = 'because' WHERE {one procurement_lines};

--- a decision is gone
-- procurement_lines -> fact_missing in procurement_lines
DELETE FROM procurement_lines WHERE {one procurement_lines};

--- a purchase order has a number of its own making
-- purchase_orders -> purchase_order_no in purchase_orders
UPDATE purchase_orders SET po_no = 'PO-1' WHERE {one purchase_orders};

--- a counted purchase order is a draft again
-- purchase_orders -> purchase_order_state in purchase_orders
UPDATE purchase_orders SET state = 'draft' WHERE {one purchase_orders};

--- pieces were planned beyond whole cases
-- purchase_order_lines -> purchase_line_pieces in purchase_order_lines
UPDATE purchase_order_lines SET planned_qty = planned_qty + 1 WHERE {one purchase_order_lines};

--- a case more was bought than suggested
-- purchase_order_lines -> purchase_line_cases in purchase_order_lines
UPDATE purchase_order_lines SET cases = cases + 1 WHERE {one purchase_order_lines is_edited = (1 = 0)};

--- a suggested line was never bought
-- purchase_order_lines -> purchase_line_cases in purchase_order_lines
DELETE FROM purchase_order_lines WHERE {one purchase_order_lines cases > 0};

--- a count belongs to no purchase line
-- receipt_lines -> stray_row in receipt_lines
UPDATE receipt_lines SET line_no = 9999 WHERE {one receipt_lines};

--- more broke than was rejected
-- receipt_lines -> receipt_count in receipt_lines
UPDATE receipt_lines SET broken_qty = rejected_qty + 1 WHERE {one receipt_lines};

--- a count is missing
-- receipt_lines -> receipt_count in receipt_lines
UPDATE receipt_lines SET count_no = count_no + 5 WHERE {one receipt_lines};

--- a piece more arrived after the sharing
-- receipt_lines -> allocation_supply in offer_allocations
UPDATE receipt_lines SET arrived_qty = arrived_qty + 1, closes = (1 = 1)
  WHERE {one receipt_lines count_no = (SELECT MAX(m.count_no) FROM receipt_lines m WHERE m.po_id = receipt_lines.po_id AND m.receipt_no = receipt_lines.receipt_no AND m.line_no = receipt_lines.line_no)};

--- the sharing counted a piece more
-- offer_allocations -> allocation_demand in offer_allocations
UPDATE offer_allocations SET ordered_qty = ordered_qty + 1 WHERE {one offer_allocations};

--- a piece of supply from nowhere
-- offer_allocations -> allocation_supply in offer_allocations
UPDATE offer_allocations SET supply_qty = supply_qty + 1, leftover_qty = leftover_qty + 1 WHERE {one offer_allocations};

--- a piece was shared out to nobody
-- offer_allocations -> allocation_sum in offer_allocations
UPDATE offer_allocations SET allocated_qty = allocated_qty + 1, leftover_qty = leftover_qty - 1 WHERE {one offer_allocations};

--- a rule nobody knows
-- offer_allocations -> allocation_rule in offer_allocations
UPDATE offer_allocations SET rule = 'by_lot' WHERE {one offer_allocations};

--- a sharing is gone
-- offer_allocations -> fact_missing in offer_allocations
DELETE FROM offer_allocations WHERE {one offer_allocations};

--- a line holds more than it may
-- allocations -> allocation_bounds in allocations
UPDATE allocations SET allocated_qty = 19999 WHERE {one allocations};

--- a short line has its full quantity again
-- allocations -> allocation_over_supply in allocations
DELETE FROM allocations WHERE {one allocations reason IN ('shortage', 'short_delivery') AND allocated_qty = 0};

--- a reduced line does not say why
-- allocations -> allocation_reason in allocations
UPDATE allocations SET reason = '' WHERE {one allocations reason IN ('shortage', 'short_delivery')};

--- a line of an offer below its threshold got a piece
-- allocations -> allocation_threshold in allocations
UPDATE allocations SET allocated_qty = 1 WHERE {one allocations reason = 'threshold_not_met'};

--- a line that was covered got a piece less
-- allocations -> allocation_full_supply in allocations
UPDATE allocations SET allocated_qty = 0, reason = 'shortage' WHERE {one allocations reason = 'tolerance_filled'};

--- the last in the queue got the first one's piece
-- allocations -> allocation_order in allocations
UPDATE allocations SET allocated_qty = 1, reason = 'pinned' WHERE {one allocations reason IN ('shortage', 'short_delivery') AND allocated_qty = 0 AND offer_no IN (SELECT offer_no FROM offer_allocations WHERE rule = 'first_paid' AND supply_qty > 1)};
INSERT INTO allocations (cycle_id, order_id, offer_no, version, allocated_qty, reason)
  SELECT l.cycle_id, l.order_id, l.offer_no, a.version, l.ordered_qty - 1, 'shortage'
  FROM order_lines l JOIN allocations a ON a.cycle_id = l.cycle_id AND a.offer_no = l.offer_no AND a.reason = 'pinned' JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id AND o.state IN ('paid', 'unpaid')
  WHERE l.cycle_id = {cycle} AND NOT EXISTS (SELECT 1 FROM allocations b WHERE b.cycle_id = l.cycle_id AND b.order_id = l.order_id AND b.offer_no = l.offer_no)
  ORDER BY l.order_id LIMIT 1;

--- a tolerance was filled out of turn
-- allocations -> allocation_order in allocations
UPDATE allocations SET allocated_qty = allocated_qty - 1, reason = 'tolerance_filled' WHERE {one allocations reason = 'tolerance_filled'};

--- a refund is a fen more than its lines
-- refunds -> refund_sum in refunds
UPDATE refunds SET amount_fen = amount_fen + 1 WHERE {one refunds};

--- a refund line is of nothing bought
-- refund_lines -> refund_line in refund_lines
UPDATE refund_lines SET offer_no = 99999 WHERE refund_id = (SELECT MIN(id) FROM refunds WHERE cycle_id = {cycle});

--- a refund is gone
-- refunds, refund_lines -> refund_target in refunds
DELETE FROM refund_lines WHERE refund_id = (SELECT MIN(id) FROM refunds WHERE cycle_id = {cycle});
DELETE FROM refunds WHERE {one refunds};

--- more went back than was paid
-- refunds -> refund_over_paid in refunds
UPDATE refunds SET amount_fen = amount_fen * 1000000 WHERE {one refunds};

--- an order that was never paid gets money back
-- orders -> refund_order in refunds
UPDATE orders SET state = 'cancelled' WHERE cycle_id = {cycle} AND id = (SELECT MIN(order_id) FROM refunds WHERE cycle_id = {cycle});

--- a piece more went to stock
-- stock_moves -> stock_cycle in stock_moves
UPDATE stock_moves SET qty = qty + 1 WHERE {one stock_moves kind = 'cycle' AND qty <> -1};

--- a move of a cycle does not say when
-- stock_moves -> stock_move in stock_moves
UPDATE stock_moves SET version = NULL WHERE {one stock_moves kind = 'cycle'};

--- more left the stock than was in it
-- stock_moves -> stock_balance in stock_moves
INSERT INTO stock_moves (id, warehouse_id, sku_id, kind, qty, lot, best_before, moved_at)
  SELECT -1, MIN(warehouse_id), MIN(sku_id), 'count', -1000000, '', '', 0 FROM stock_moves;

--- a trip serves another route
-- trips -> trip in trips
UPDATE trips SET route_code = 'nowhere' WHERE {one trips};

--- a route has no trip
-- trips -> trip in trips
DELETE FROM trips WHERE {one trips};

--- a pickup list says a piece more than its rows
-- documents -> document_total in documents
UPDATE documents SET total_qty = total_qty + 1
  WHERE {one documents kind = 'pickup_list' AND version = (SELECT MAX(m.version) FROM documents m WHERE m.cycle_id = documents.cycle_id AND m.kind = documents.kind AND m.key = documents.key)};

--- a pick list was never registered
-- documents -> document_missing in documents
DELETE FROM documents
  WHERE {one documents kind = 'pickup_list' AND version = (SELECT MAX(m.version) FROM documents m WHERE m.cycle_id = documents.cycle_id AND m.kind = documents.kind AND m.key = documents.key)
  AND NOT EXISTS (SELECT 1 FROM documents e WHERE e.cycle_id = documents.cycle_id AND e.kind = documents.kind AND e.key = documents.key AND e.version < documents.version)};

--- a sheet is registered for no point
-- documents -> document_key in documents
INSERT INTO documents (cycle_id, kind, key, version, doc_no, total_qty)
  SELECT id, 'pickup_list', 'no such point', version, 'PK-' || cycle_code || '-999', 0 FROM cycles WHERE id = {cycle};

--- a sheet took another's number
-- documents -> document_no in documents
UPDATE documents SET doc_no = (SELECT MAX(m.doc_no) FROM documents m WHERE m.cycle_id = {cycle} AND m.kind = 'pickup_list')
  WHERE {one documents kind = 'pickup_list'};

--- a difference sheet has nothing to differ from
-- document_changes -> document_change in document_changes
INSERT INTO document_changes (cycle_id, kind, key, version, seq, field, before_qty, after_qty, reason)
  SELECT id, 'pickup_list', 'no such point', version, 1, 'allocated_qty', 2, 1, 'shortage' FROM cycles WHERE id = {cycle};

--- a difference sheet says other figures than the rows
-- document_changes -> document_change_figure in document_changes
INSERT INTO document_changes (cycle_id, kind, key, version, seq, point_id, offer_no, order_id, field, before_qty, after_qty, reason)
  SELECT o.cycle_id, 'pickup_list', p.point_code, c.version, 99, p.point_id, l.offer_no, o.id, 'ordered_qty', l.ordered_qty, l.ordered_qty + 1, 'corrected'
  FROM orders o JOIN cycles c ON c.id = o.cycle_id JOIN cycle_points p ON p.cycle_id = o.cycle_id AND p.point_id = o.point_id
  JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no LIMIT 1;

--- a difference sheet names goods of another point
-- document_changes -> document_change_figure in document_changes
INSERT INTO document_changes (cycle_id, kind, key, version, seq, point_id, offer_no, order_id, field, before_qty, after_qty, reason)
  SELECT o.cycle_id, 'pickup_list', p.point_code, c.version, 99, p.point_id, l.offer_no, o.id, 'ordered_qty', l.ordered_qty, l.ordered_qty, 'corrected'
  FROM orders o JOIN cycles c ON c.id = o.cycle_id JOIN cycle_points p ON p.cycle_id = o.cycle_id AND p.point_id <> o.point_id
  JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no, p.point_id LIMIT 1;

--- a line was cancelled after everything was printed
-- order_corrections -> document_total in documents
INSERT INTO order_corrections (cycle_id, order_id, offer_no, version, action, line_no, ordered_qty, tolerance, reason, corrected_at)
  SELECT l.cycle_id, l.order_id, l.offer_no, c.version, 'cancel', l.line_no, 0, 0, 'x', 0
  FROM order_lines l JOIN cycles c ON c.id = l.cycle_id JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id
  WHERE l.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid')
  ORDER BY l.order_id, l.offer_no LIMIT 1;

--- a correction adds what was ordered already
-- order_corrections -> correction in order_corrections
INSERT INTO order_corrections (cycle_id, order_id, offer_no, version, action, line_no, ordered_qty, tolerance, reason, corrected_at)
  SELECT l.cycle_id, l.order_id, l.offer_no, c.version, 'add', l.line_no, 1, 0, 'x', 0
  FROM order_lines l JOIN cycles c ON c.id = l.cycle_id JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id
  WHERE l.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid')
  ORDER BY l.order_id, l.offer_no LIMIT 1;

--- a warehouse is bought for by none
-- cycle_warehouses -> receiving_warehouse in cycle_warehouses
UPDATE cycle_warehouses SET receiving_warehouse_id = -1 WHERE cycle_id = {cycle};

--- a line holds what was never shared out
-- offer_allocations -> allocation_unshared in allocations
DELETE FROM offer_allocations WHERE cycle_id = {cycle} AND offer_no = (SELECT MIN(offer_no) FROM allocations WHERE cycle_id = {cycle} AND allocated_qty > 0);

--- a supplier promised more than it was asked for
-- purchase_answers -> purchase_answer in purchase_answers
INSERT INTO purchase_answers (cycle_id, po_id, line_no, answer_no, version, asked_cases, cases, answered_at)
  SELECT cycle_id, po_id, line_no, 1, 3, 1, 2, 0 FROM purchase_order_lines WHERE {one purchase_order_lines};

--- a supplier's answer is not what is planned
-- purchase_answers -> purchase_answer_planned in purchase_answers
INSERT INTO purchase_answers (cycle_id, po_id, line_no, answer_no, version, asked_cases, cases, answered_at)
  SELECT cycle_id, po_id, line_no, 1, version, cases + 2, cases + 1, 0 FROM purchase_order_lines WHERE {one purchase_order_lines};

--- an answer belongs to no line
-- purchase_answers -> stray_row in purchase_answers
INSERT INTO purchase_answers (cycle_id, po_id, line_no, answer_no, version, asked_cases, cases, answered_at)
  VALUES ({cycle}, -1, 1, 1, 2, 1, 1, 0);

--- a row of the security log holds another hash than its own
-- security_log -> security_chain in security_log
INSERT INTO security_log (chain, seq, at, act, actor, subject, detail, request_id, hash)
  VALUES (1023, 1, 0, 'sign_in', 'user:1', '', '', '', 'x');

--- the security log tells of another cycle
-- security_log -> security_chain in security_log
UPDATE security_log SET subject = 'cycle:0' WHERE act = 'cutoff';

--- a leader's count says that more was due
-- leader_receipts -> leader_receipt in leader_receipts
INSERT INTO leader_receipts (cycle_id, point_id, count_no, version, due_qty, is_unsigned, counted_by, recorded_by, device_at, recorded_at)
  SELECT c.id, MIN(p.point_id), 1, c.version, 999999, FALSE, 'x', 'x', 0, 0 FROM cycles c JOIN cycle_points p ON p.cycle_id = c.id WHERE c.id = {cycle} GROUP BY c.id, c.version;

--- somebody goes without what is not missing
-- loss_choices, handover_losses -> handover_loss in handover_losses
INSERT INTO loss_choices (cycle_id, point_id, offer_no, choice_no, chosen_by, recorded_by, recorded_at)
  SELECT o.cycle_id, o.point_id, l.offer_no, 1, 'x', 'x', 0 FROM orders o JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no LIMIT 1;
INSERT INTO handover_losses (cycle_id, point_id, offer_no, choice_no, order_id, lost_qty)
  SELECT o.cycle_id, o.point_id, l.offer_no, 1, o.id, 1 FROM orders o JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no LIMIT 1;

--- a loss is in the books of a version that posted none
-- loss_choices, loss_postings -> loss_posting in loss_postings
INSERT INTO loss_choices (cycle_id, point_id, offer_no, choice_no, chosen_by, recorded_by, recorded_at)
  SELECT o.cycle_id, o.point_id, l.offer_no, 1, 'x', 'x', 0 FROM orders o JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no LIMIT 1;
INSERT INTO loss_postings (cycle_id, point_id, offer_no, choice_no, version)
  SELECT cycle_id, point_id, offer_no, choice_no, 2 FROM loss_choices WHERE cycle_id = {cycle};

--- more goes back for bad goods than they cost
-- after_sales_cases -> after_sales in after_sales_cases
INSERT INTO after_sales_cases (cycle_id, order_id, offer_no, case_no, problem, measure, part, whole, amount_fen, reported_by, recorded_by, device_at, recorded_at)
  SELECT o.cycle_id, o.id, l.offer_no, 1, 'broken', 'pieces', 1, 1, 99999999, 'x', 'x', 0, 0 FROM orders o JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
  WHERE o.cycle_id = {cycle} AND o.state IN ('paid', 'unpaid') ORDER BY o.id, l.offer_no LIMIT 1;

--- a point was moved away from what was given for it
-- pickup_points -> coordinate in pickup_points
UPDATE pickup_points SET latitude_e7 = latitude_e7 + 10 WHERE id = (SELECT MIN(id) FROM pickup_points WHERE given_datum IS NOT NULL);

--- a warehouse's given pair is said to be of another datum
-- warehouses -> coordinate in warehouses
UPDATE warehouses SET given_datum = 'bd09' WHERE id = (SELECT MIN(id) FROM warehouses WHERE given_datum IS NOT NULL);

--- a stop was taken out of the plan
-- planned_stops -> route_points in planned_stops
DELETE FROM planned_stops WHERE {one planned_stops};

--- a plan by the filed routes has stops
-- route_plans -> route_points in planned_stops
UPDATE route_plans SET method = 'filed' WHERE {one route_plans};

--- two stops of a trip have the same number
-- planned_stops -> route_order in planned_stops
UPDATE planned_stops SET stop_seq = 1 WHERE {one planned_stops stop_seq = 2};

--- a stop is on a trip that the plan does not have
-- planned_stops -> route_order in planned_stops
UPDATE planned_stops SET trip_no = 'none' WHERE {one planned_stops};

--- a vehicle drives two trips at once
-- planned_trips -> route_order in planned_trips
UPDATE planned_trips SET plate = (SELECT MIN(plate) FROM planned_trips) WHERE cycle_id = {cycle};

--- a vehicle is at a stop before it can be
-- planned_stops -> route_times in planned_stops
UPDATE planned_stops SET arrives_s = arrives_s - 60 WHERE {one planned_stops stop_seq = 1};

--- a stop is served after its time
-- planned_stops -> route_times in planned_stops
UPDATE planned_stops SET closes_s = begins_s - 1 WHERE {one planned_stops};

--- a vehicle is back after its shift
-- planned_trips -> route_times in planned_trips
UPDATE planned_trips SET shift_until_s = returns_s - 1 WHERE {one planned_trips};

--- a stop is planned with another weight than its goods have
-- planned_stops -> route_loads in planned_stops
UPDATE planned_stops SET weight_g = weight_g + 1 WHERE {one planned_stops};

--- a trip is told to be shorter than its legs
-- planned_trips -> route_loads in planned_trips
UPDATE planned_trips SET distance_m = distance_m - 1 WHERE {one planned_trips};

--- a vehicle holds less than it is planned with
-- trips -> route_capacity in planned_trips
UPDATE trips SET capacity_g = 1 WHERE {one trips plate IS NOT NULL};

--- a trip has another vehicle than was planned
-- planned_trips -> route_capacity in trips
UPDATE planned_trips SET plate = 'X' WHERE {one planned_trips};

--- a plan is of a version that the cycle has not
-- route_plans -> fact_version in route_plans
UPDATE route_plans SET version = 99 WHERE cycle_id = {cycle};

--- a point that a person gave to a vehicle is with another
-- route_edits -> route_edit in planned_stops
INSERT INTO route_edits (cycle_id, version, seq, act, point_id, plate, edited_by)
  SELECT cycle_id, version, 1, 'pin', point_id, 'X', 'x' FROM planned_stops WHERE {one planned_stops};

--- a route was edited at a version that the cycle has not
-- route_edits -> fact_version in route_edits
INSERT INTO route_edits (cycle_id, version, seq, act, plate, edited_by)
  VALUES ({cycle}, 99, 1, 'lock', 'X', 'x');
--- a label is of goods that nobody weighs
-- weighed_labels -> weighed_label in weighed_labels
INSERT INTO weighed_labels (cycle_id, weigh_no, number, offer_no, point_id, actual_weight_g, is_confirmed, version, weighed_by, weighed_at)
  SELECT s.cycle_id, 'W1', NULL, MIN(s.offer_no), NULL, 500, FALSE, 1, 'x', 0 FROM cycle_skus s WHERE s.cycle_id = {cycle} AND NOT s.is_variable_weight GROUP BY s.cycle_id;

--- a label counts under another number
-- weighed_labels -> weighed_label in weighed_labels
INSERT INTO weighed_labels (cycle_id, weigh_no, number, offer_no, point_id, actual_weight_g, is_confirmed, version, weighed_by, weighed_at)
  SELECT s.cycle_id, '1001', 1002, MIN(s.offer_no), NULL, 500, FALSE, 1, 'x', 0 FROM cycle_skus s WHERE s.cycle_id = {cycle} AND s.is_variable_weight GROUP BY s.cycle_id;

--- a label belongs to nothing that is weighed
-- weight_voids -> stray_row in weight_voids
INSERT INTO weight_voids (cycle_id, weigh_no, version, voided_by, voided_at) VALUES ({cycle}, 'W1', 1, 'x', 0);

--- a line has more labels than pieces
-- weighed_labels, weight_bindings -> weight_binding in weight_bindings
INSERT INTO weighed_labels (cycle_id, weigh_no, number, offer_no, point_id, actual_weight_g, is_confirmed, version, weighed_by, weighed_at)
  SELECT s.cycle_id, 'W' || CAST(v.version AS TEXT), NULL, MIN(s.offer_no), NULL, 500, FALSE, 1, 'x', 0 FROM cycle_skus s JOIN cycle_versions v ON v.cycle_id = s.cycle_id
  WHERE s.cycle_id = {cycle} AND s.is_variable_weight GROUP BY s.cycle_id, v.version;
INSERT INTO weight_bindings (cycle_id, weigh_no, bind_no, order_id, version, bound_by, recorded_by, device_at, recorded_at)
  SELECT w.cycle_id, w.weigh_no, 1, (SELECT MIN(l.order_id) FROM order_lines l JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id
    WHERE l.cycle_id = w.cycle_id AND l.offer_no = w.offer_no AND l.ordered_qty = 1 AND l.tolerance = 0 AND o.state IN ('paid', 'unpaid')), 5, 'x', 'x', 0, 0
  FROM weighed_labels w WHERE w.cycle_id = {cycle};

--- a label was bound to an order without its goods
-- weighed_labels, weight_bindings -> weight_binding in weight_bindings
INSERT INTO weighed_labels (cycle_id, weigh_no, number, offer_no, point_id, actual_weight_g, is_confirmed, version, weighed_by, weighed_at)
  SELECT s.cycle_id, 'W1', NULL, MIN(s.offer_no), NULL, 500, FALSE, 1, 'x', 0 FROM cycle_skus s WHERE s.cycle_id = {cycle} AND s.is_variable_weight GROUP BY s.cycle_id;
INSERT INTO weight_bindings (cycle_id, weigh_no, bind_no, order_id, version, bound_by, recorded_by, device_at, recorded_at)
  SELECT w.cycle_id, w.weigh_no, 1, (SELECT MIN(o.id) FROM orders o WHERE o.cycle_id = w.cycle_id AND NOT EXISTS
    (SELECT 1 FROM order_lines l WHERE l.cycle_id = o.cycle_id AND l.order_id = o.id AND l.offer_no = w.offer_no)), 5, 'x', 'x', 0, 0
  FROM weighed_labels w WHERE w.cycle_id = {cycle};

--- a weight was settled though nobody settled weights
-- weight_adjustments -> weight_adjustment in weight_adjustments
INSERT INTO weight_adjustments (cycle_id, order_id, offer_no, version, pieces, weighed_pieces, actual_weight_g, adjustment_fen, given_away_fen)
  SELECT l.cycle_id, MIN(l.order_id), l.offer_no, 5, 1, 1, 400, -100, 0 FROM order_lines l JOIN cycle_skus s ON s.cycle_id = l.cycle_id AND s.offer_no = l.offer_no
  WHERE l.cycle_id = {cycle} AND s.is_variable_weight AND s.offer_no = (SELECT MIN(t.offer_no) FROM cycle_skus t WHERE t.cycle_id = {cycle} AND t.is_variable_weight) GROUP BY l.cycle_id, l.offer_no;

--- weights were settled without a label that was there
-- weighed_labels, weight_bindings, cycle_versions -> weight_adjustment in weight_adjustments
INSERT INTO weighed_labels (cycle_id, weigh_no, number, offer_no, point_id, actual_weight_g, is_confirmed, version, weighed_by, weighed_at)
  SELECT s.cycle_id, 'W1', NULL, MIN(s.offer_no), NULL, 500, FALSE, 1, 'x', 0 FROM cycle_skus s WHERE s.cycle_id = {cycle} AND s.is_variable_weight GROUP BY s.cycle_id;
INSERT INTO weight_bindings (cycle_id, weigh_no, bind_no, order_id, version, bound_by, recorded_by, device_at, recorded_at)
  SELECT w.cycle_id, w.weigh_no, 1, (SELECT MIN(l.order_id) FROM order_lines l JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id
    WHERE l.cycle_id = w.cycle_id AND l.offer_no = w.offer_no AND o.state IN ('paid', 'unpaid')), 5, 'x', 'x', 0, 0 FROM weighed_labels w WHERE w.cycle_id = {cycle};
UPDATE cycle_versions SET step = 'weigh' WHERE cycle_id = {cycle} AND version = (SELECT version FROM cycles WHERE id = {cycle});

--- money goes back for a weight that was not settled
-- refund_lines -> refund_line in refund_lines
UPDATE refund_lines SET cause = 'weight' WHERE refund_id = (SELECT MIN(id) FROM refunds WHERE cycle_id = {cycle});
--- a trip that is none of the cycle's was loaded
-- trip_events -> road_fact in trip_events
INSERT INTO trip_events (cycle_id, event_id, trip_no, version, act, told_by, recorded_by, device_at, recorded_at)
  SELECT id, 'x', 'TR-none', version, 'loaded', 'x', 'x', 0, 0 FROM cycles WHERE id = {cycle};

--- a stop was served by a trip that does not go there
-- stop_events -> road_fact in stop_events
INSERT INTO stop_events (cycle_id, event_id, point_id, trip_no, version, act, handed_by, recorded_by, device_at, recorded_at)
  SELECT p.cycle_id, 'x', MIN(p.point_id), (SELECT MAX(t.trip_no) FROM trips t WHERE t.cycle_id = p.cycle_id), 2, 'arrived', 'x', 'x', 0, 0
  FROM cycle_points p WHERE p.cycle_id = {cycle} AND p.route_code = (SELECT MIN(q.route_code) FROM cycle_points q WHERE q.cycle_id = {cycle}) GROUP BY p.cycle_id;

--- a stop was signed for twice
-- stop_events -> road_fact in stop_events
INSERT INTO stop_events (cycle_id, event_id, point_id, trip_no, version, act, handed_by, received_by, recorded_by, device_at, recorded_at)
  SELECT p.cycle_id, e.name, MIN(p.point_id), (SELECT MIN(t.trip_no) FROM trips t WHERE t.cycle_id = p.cycle_id), 2, 'handed_over', 'x', 'x', 'x', 0, 0
  FROM cycle_points p CROSS JOIN (SELECT 'x' AS name UNION ALL SELECT 'y') e
  WHERE p.cycle_id = {cycle} AND p.route_code = (SELECT MIN(q.route_code) FROM cycle_points q WHERE q.cycle_id = {cycle}) GROUP BY p.cycle_id, e.name;

--- a stop went over to no trip
-- stop_moves -> road_fact in stop_moves
INSERT INTO stop_moves (cycle_id, point_id, move_no, event_id, version, trip_no, reason, recorded_by, recorded_at)
  SELECT cycle_id, MIN(point_id), 1, 'x', 2, 'TR-none', 'x', 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;

--- totes went to a point without a handover
-- tote_moves -> tote_move in tote_moves
INSERT INTO tote_moves (id, event_id, cycle_id, plate, point_id, kind, act, qty, recorded_by, moved_at)
  SELECT 1, 'x', cycle_id, 'x', MIN(point_id), 'tote', 'out', 3, 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;

--- a slip says that a point has totes of which the ledger knows nothing
-- point_totes -> tote_move in point_totes
INSERT INTO point_totes (cycle_id, point_id, kind, version, owed_qty)
  SELECT cycle_id, MIN(point_id), 'tote', 2, 3 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;

--- a difference was found that no leader counted
-- discrepancies -> discrepancy in discrepancies
INSERT INTO discrepancies (id, cycle_id, event_id, hop, problem, warehouse_id, point_id, offer_no, seq, version, given_qty, found_qty, liable_party, recorded_by, recorded_at)
  SELECT 1, cycle_id, 'x', 'truck_point', 'short', MIN(warehouse_id), MIN(point_id), 0, 1, 2, 5, 3, 'driver', 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;

--- a leader's difference is nowhere to be seen
-- leader_receipts, leader_receipt_lines -> discrepancy in discrepancies
INSERT INTO leader_receipts (cycle_id, point_id, count_no, version, due_qty, is_unsigned, counted_by, recorded_by, device_at, recorded_at)
  SELECT c.id, MIN(p.point_id), 1, c.version, 0, FALSE, 'x', 'x', 0, 0 FROM cycles c JOIN cycle_points p ON p.cycle_id = c.id WHERE c.id = {cycle} GROUP BY c.id, c.version;
INSERT INTO leader_receipt_lines (cycle_id, point_id, count_no, offer_no, due_qty, short_qty, over_qty, broken_qty, wrong_qty)
  SELECT cycle_id, point_id, 1, 0, 9, 2, 0, 0, 0 FROM leader_receipts WHERE cycle_id = {cycle};

--- a word settles more pieces than differ
-- discrepancies, discrepancy_words -> discrepancy_word in discrepancy_words
INSERT INTO discrepancies (id, cycle_id, event_id, hop, problem, warehouse_id, point_id, offer_no, seq, version, given_qty, found_qty, liable_party, recorded_by, recorded_at)
  SELECT 1, cycle_id, 'x', 'dock_truck', 'short', MIN(warehouse_id), MIN(point_id), 0, 1, 2, 5, 3, 'central', 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;
INSERT INTO discrepancy_words (discrepancy_id, word_no, event_id, remedy, liable_party, qty, amount_fen, recorded_by, recorded_at)
  VALUES (1, 1, 'x', 'refund', 'central', 3, 100, 'x', 0);

--- a swap of which the other side knows nothing
-- discrepancies, discrepancy_words -> discrepancy_word in discrepancy_words
INSERT INTO discrepancies (id, cycle_id, event_id, hop, problem, warehouse_id, point_id, offer_no, seq, version, given_qty, found_qty, liable_party, recorded_by, recorded_at)
  SELECT 1, cycle_id, 'x', 'dock_truck', 'short', MIN(warehouse_id), MIN(point_id), 0, 1, 2, 5, 3, 'central', 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;
INSERT INTO discrepancies (id, cycle_id, event_id, hop, problem, warehouse_id, point_id, offer_no, seq, version, given_qty, found_qty, liable_party, recorded_by, recorded_at)
  SELECT 2, cycle_id, 'y', 'dock_truck', 'over', MIN(warehouse_id), MAX(point_id), 0, 1, 2, 5, 7, 'central', 'x', 0 FROM cycle_points WHERE cycle_id = {cycle} GROUP BY cycle_id;
INSERT INTO discrepancy_words (discrepancy_id, word_no, event_id, remedy, liable_party, qty, amount_fen, other_id, recorded_by, recorded_at)
  VALUES (1, 1, 'x', 'swap', 'central', 2, 0, 2, 'x', 0);
