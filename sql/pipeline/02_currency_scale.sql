-- How many units of a currency are worth about one of the usual ones, by order of magnitude; 1 of one that is
-- not here. It has no search_path of its own, so it becomes part of the calling query.
create function property_manager.currency_scale(p_currency text) returns integer
language sql immutable as $$
  select case
    when p_currency in ('INR', 'PKR', 'BDT', 'NPR', 'LKR', 'JPY', 'RUB', 'KZT', 'HUF', 'ISK', 'CLP', 'RSD',
      'ARS', 'CRC', 'KES', 'PHP', 'AMD', 'DZD', 'JMD') then 50
    when p_currency in ('KRW', 'COP', 'PYG', 'UGX', 'TZS', 'XAF', 'XOF', 'MMK', 'NGN', 'RWF', 'IQD') then 500
    when p_currency in ('IDR', 'VND', 'LBP', 'IRR', 'LAK', 'UZS') then 5000
    else 1 end
$$;
