/** Version of the shop's tables; part of the template cache's key. */
export const SHOP_VERSION = 4;
/** The application's own role; a practice password that protects nothing. */
export const SHOP_ROLE = 'shop_app';
export const SHOP_PASSWORD = 'practice';
/** Measured on PostgreSQL 15: one order with its three items and indexes takes about this much. */
const BYTES_PER_ORDER = 590;

/** Role, tables and rows of the practice shop, about `sizeMb` in all; run in database `shop`. */
export function shopSql(sizeMb: number): string {
  const orders = Math.max(100, Math.round((sizeMb * 1024 * 1024) / BYTES_PER_ORDER));
  const customers = Math.max(50, Math.round(orders / 20));
  return `
CREATE ROLE ${SHOP_ROLE} LOGIN PASSWORD '${SHOP_PASSWORD}';
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE products (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, price_cents int NOT NULL, stock int NOT NULL);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(), status text NOT NULL DEFAULT 'placed', note text NOT NULL);
CREATE TABLE order_items (
  order_id bigint NOT NULL, line int NOT NULL, product_id int NOT NULL, quantity int NOT NULL);
INSERT INTO customers (name, email, created_at)
  SELECT 'Customer ' || n, 'customer' || n || '@shop.example', now() - n * interval '7 minutes'
  FROM generate_series(1, ${customers}) n;
INSERT INTO products (name, price_cents, stock)
  SELECT 'Product ' || n, 100 + (n * 37) % 9900, 100000 FROM generate_series(1, 500) n;
INSERT INTO orders (customer_id, placed_at, status, note)
  SELECT 1 + (n::bigint * 7919) % ${customers}, now() - n * interval '20 seconds', 'sent',
    repeat(md5(n::text), 5)
  FROM generate_series(1, ${orders}) n;
INSERT INTO order_items (order_id, line, product_id, quantity)
  SELECT n, line, 1 + (n * 31 + line) % 500, 1 + n % 4 FROM generate_series(1, ${orders}) n, generate_series(1, 3) line;
ALTER TABLE order_items ADD PRIMARY KEY (order_id, line);
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE;
ALTER TABLE order_items ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${SHOP_ROLE};
ANALYZE;
`;
}
