// Which page this is: what its keep is called, and where its day comes from.
const PAGE = { name: 'driver', day: '/api/v1/driver/day' };
