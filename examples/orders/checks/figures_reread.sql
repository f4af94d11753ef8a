-- Independent second look, as the outside reader: the figures that the last tier judged.
\ir ../runner/open_reader.sql
\ir figures.sql
\ir ../runner/close_reader.sql
select 'figures_reread ' || replace(:'figures', E'\n', ' ');
