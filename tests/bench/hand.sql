-- The twenty metrics as a careful author writes them, with what every engine has; sources.py puts in YEAR(…) and MONTH(…).
SELECT count(*), count(CASE WHEN amount_wan >= 10000 THEN 1 END), count(CASE WHEN stage IN ('签约','开工','投产') THEN 1 END),
  sum(amount_wan), sum(foreign_usd_wan), sum(CASE WHEN industry = '制造业' THEN amount_wan END),
  count(CASE WHEN is_fortune500 = 1 THEN 1 END), sum(CASE WHEN stage IN ('开工','投产') THEN land_mu END), sum(land_mu),
  avg(CASE WHEN kind = '外资' THEN amount_wan END), max(amount_wan), count(CASE WHEN stage = '投产' THEN 1 END),
  count(DISTINCT name), count(CASE WHEN kind = '外资' AND foreign_usd_wan IS NULL THEN 1 END),
  sum(CASE WHEN YEAR(sign_date) = 2022 THEN amount_wan END), sum(CASE WHEN YEAR(sign_date) = 2021 THEN amount_wan END)
FROM projects;
SELECT district, count(*), sum(amount_wan), sum(foreign_usd_wan), sum(land_mu), count(CASE WHEN amount_wan >= 10000 THEN 1 END),
  count(CASE WHEN kind = '外资' THEN 1 END) FROM projects GROUP BY district;
SELECT MONTH(sign_date) AS m, kind, count(*), sum(amount_wan) FROM projects GROUP BY m, kind;
SELECT industry, stage, count(*), sum(amount_wan) FROM projects GROUP BY industry, stage;
SELECT YEAR(sign_date) AS y, count(*), sum(amount_wan), sum(CASE WHEN is_fortune500 = 1 THEN amount_wan END) FROM projects GROUP BY y;
SELECT id, name, district, amount_wan FROM projects ORDER BY amount_wan DESC, id LIMIT 10;
