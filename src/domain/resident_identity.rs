//! Who someone is within a leader's group (DOMAIN 1): decided alike for files and for orders over the network.

/// What a resident said of themselves with an order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    pub name: Option<&'a str>,
    pub nickname: Option<&'a str>,
    /// Eleven digits.
    pub phone: Option<&'a str>,
    pub building: Option<&'a str>,
    pub unit_no: Option<&'a str>,
    pub room: Option<&'a str>,
}

impl Given<'_> {
    /// Whether there is something to know the person by: a nickname, a room or a phone.
    pub fn is_someone(&self) -> bool {
        self.nickname.is_some() || self.room.is_some() || self.phone.is_some()
    }

    /// The mobile if given, else the room with name or nickname, else the nickname; with none of them the order stands
    /// for a person of its own.
    pub fn identity(&self, compound: &str, order_no: &str) -> String {
        let given = |field: Option<&'_ str>| field.unwrap_or("").to_owned();
        if let Some(phone) = self.phone {
            return format!("phone:{phone}");
        }
        if self.room.is_some() {
            let name = self.name.or(self.nickname).unwrap_or("");
            let (building, unit_no, room) = (given(self.building), given(self.unit_no), given(self.room));
            return format!("room:{compound}|{building}|{unit_no}|{room}|{name}");
        }
        match self.nickname {
            Some(nickname) => format!("nickname:{nickname}"),
            None => format!("order:{order_no}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_phone_then_room_then_nickname() {
        let all = Given {
            name: Some("王芳"),
            nickname: Some("芳芳"),
            phone: Some("13800138000"),
            building: Some("3"),
            unit_no: None,
            room: Some("1502"),
        };
        let check = |given: Given<'_>, want: &str| assert_eq!(given.identity("幸福里", "A-1"), want);
        check(all, "phone:13800138000");
        check(Given { phone: None, ..all }, "room:幸福里|3||1502|王芳");
        check(Given { phone: None, name: None, ..all }, "room:幸福里|3||1502|芳芳");
        check(Given { phone: None, room: None, ..all }, "nickname:芳芳");
        let nobody = Given { name: Some("王芳"), ..Given::default() };
        check(nobody, "order:A-1");
        assert!(!nobody.is_someone() && all.is_someone());
    }
}
