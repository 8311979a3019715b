-- currency_scale(currency)
-- How many units of a currency are worth about one of the usual ones, by order of magnitude; 1 of one that is
-- not here.
case
  when {currency} in ('INR', 'PKR', 'BDT', 'NPR', 'LKR', 'JPY', 'RUB', 'KZT', 'HUF', 'ISK', 'CLP', 'RSD',
    'ARS', 'CRC', 'KES', 'PHP', 'AMD', 'DZD', 'JMD') then 50
  when {currency} in ('KRW', 'COP', 'PYG', 'UGX', 'TZS', 'XAF', 'XOF', 'MMK', 'NGN', 'RWF', 'IQD') then 500
  when {currency} in ('IDR', 'VND', 'LBP', 'IRR', 'LAK', 'UZS') then 5000
  else 1 end
